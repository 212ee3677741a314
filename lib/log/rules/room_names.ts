/** Names of rooms: a public room has its name for itself, without regard to case and to letters that look alike. */
import { ChatError } from "../../base/errors.ts";
import type { RoomRecord } from "../../protocol/model.ts";
import { type Key, keys, type NameClaim } from "../../store/keys.ts";
import type { Naming } from "../command.ts";
import type { Draft } from "../draft.ts";

export function nameKeys(naming: Naming | undefined): Key<NameClaim>[] {
  if (naming === undefined) return [];
  return [...new Set([...naming.claims, ...naming.frees])].map((likeness) => keys.roomName(likeness));
}

/** Refuses a name that another room has. Writes nothing. */
export function requireFreeName(draft: Draft, next: RoomRecord, naming: Naming | undefined): void {
  if (naming === undefined) return;
  if (naming.name !== next.name) {
    throw new ChatError("conflict", "Somebody else renamed this room at the same moment: look, and try again.");
  }
  if (naming.taken !== undefined) throw nameTaken(naming.taken);
  refuseClaimed(naming.claims.map((likeness) => draft.getChecked(keys.roomName(likeness))), draft.roomId, naming);
}

/** Refuses a name for which one of the claims that are there now stands. */
export function refuseClaimed(claims: (NameClaim | null)[], roomId: string, naming: Naming): void {
  const stands = (claim: NameClaim | null) => claim !== null && claim.room_id !== roomId && !isStale(claim, naming);
  if (claims.some(stands)) throw nameTaken(naming.name);
}

/** Gives up the claims of the old name, and takes those of the new one where the room is public. */
export function takeName(draft: Draft, next: RoomRecord, naming: Naming | undefined, by: string): void {
  if (naming === undefined) return;
  for (const likeness of naming.frees) {
    const key = keys.roomName(likeness);
    if (draft.getChecked(key)?.room_id === draft.roomId) draft.delete(key);
  }
  if (next.kind !== "public") return;
  for (const likeness of naming.claims) draft.set(keys.roomName(likeness), { room_id: draft.roomId, by });
}

/** Whether a claim may be taken over: it is the very one that was found to stand no more. */
function isStale(claim: NameClaim, { stale }: Naming): boolean {
  return stale.some(({ room_id, by }) => room_id === claim.room_id && by === claim.by);
}

export function nameTaken(name: string): ChatError {
  return new ChatError(
    "room_name_taken",
    `"name" is taken: there is a room named ${JSON.stringify(name)}, which looks the same. Choose another name.`,
    { field: "name" },
  );
}
