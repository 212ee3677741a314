import { ChatError } from "../base/errors.ts";

/** A room that is not there, and one that the asker may not see: they must not be told apart. */
export function noSuchRoom(roomId: string): ChatError {
  return new ChatError(
    "no_such_room",
    `There is no room ${
      JSON.stringify(roomId)
    } that you may see. GET /api/rooms lists yours; a private one needs an invitation.`,
  );
}
