import { ChatError } from "../base/errors.ts";

/** One error for a room that does not exist and for a room that the asker may not see, so that they look the same. */
export function noSuchRoom(roomId: string): ChatError {
  return new ChatError(
    "no_such_room",
    `There is no room ${
      JSON.stringify(roomId)
    } that you may see. GET /api/rooms lists yours; a private one needs an invitation.`,
  );
}
