/** The end of a room: an owner deletes it, its last member leaves, or it has been empty for too long. */
import { ChatError } from "../../base/errors.ts";
import type { Outcome } from "../command.ts";
import type { Draft } from "../draft.ts";
import { dueJob } from "../../store/jobs/due.ts";
import { keys } from "../../store/keys.ts";
import { addItem, audit, nextItem, noChange, type Of, ownerOf, type Rule } from "./support.ts";
import type { Put } from "../../store/kv.ts";

export const EMPTY_MS = 30 * 86_400_000;

/** A job that is due when a room whose last event was at `at` has been empty for long enough. */
export function endOfEmpty(roomId: string, at: number): Put {
  return dueJob({ kind: "end_room", room_id: roomId }, at + EMPTY_MS);
}

/** The actor in the audit log for what the server does by itself. No account has this id. */
export const SERVER_ID = "server";

export const deleteRoom: Rule<Of<"delete_room">> = {
  needs: (roomId, { user_id }) => [keys.member(roomId, user_id)],
  apply(draft, command, suffix) {
    const { user_id, by_admin } = command;
    if (draft.roomId === "general") throw new ChatError("forbidden", "The room general cannot be deleted.");
    ownerOf(draft, user_id, by_admin, "owner");
    return endWithEvent(draft, command, suffix);
  },
};

/**
 * The last member leaves a private room. Nobody could enter it again, so the room is deleted, where the command
 * confirms that.
 */
export function endByLeaving(draft: Draft, command: Of<"leave">, suffix: string): Outcome {
  if (command.confirm !== true) {
    throw new ChatError(
      "last_member",
      "You are the last member of this private room: leaving deletes it with everything in it. " +
        "Repeat with confirm=true to do that, or add somebody first.",
      { field: "confirm" },
    );
  }
  return endWithEvent(draft, command, suffix);
}

/** Makes no event: the room has no members who could receive it. */
export const endEmpty: Rule<Of<"end_empty">> = {
  needs: () => [],
  apply(draft, { before, job }, suffix) {
    const { head, room, roomId } = draft;
    if (head.members > 0 || head.at > before || roomId === "general") return noChange(draft);
    end(draft);
    draft.delete(job);
    if (room.pair !== undefined) draft.delete(keys.direct(...room.pair));
    audit(draft, suffix, {}, {
      actor: SERVER_ID,
      act: "room_deleted",
      detail: `${room.name} (nobody had been in it for 30 days)`,
    });
    return { ...noChange(draft), changed: true };
  },
};

function endWithEvent(draft: Draft, command: Of<"delete_room"> | Of<"leave">, suffix: string): Outcome {
  const { name, topic, kind } = draft.room;
  const base = nextItem(draft, command.user_id, suffix, 0);
  end(draft);
  audit(draft, suffix, command, { actor: command.user_id, act: "room_deleted", detail: name });
  return addItem(draft, { ...base, kind: "room", name, topic, room_kind: kind, deleted: true });
}

function end(draft: Draft): void {
  draft.setRoom({ ...draft.room, deleted_at: draft.now });
  draft.delete(keys.publicRoom(draft.roomId));
  draft.put(dueJob({ kind: "erase_room", room_id: draft.roomId }));
}
