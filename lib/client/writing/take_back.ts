import type { Drafts } from "./drafts.ts";
import type { Sending } from "./sending.ts";

/** Takes a send out to be written anew: before what is being written, with its files and what it answers. */
export async function takeBack({ sending, drafts }: { sending: Sending; drafts: Drafts }, clientId: string) {
  const { outbox } = sending;
  const hasFiles = outbox.list().some(({ client_id, files }) => client_id === clientId && files !== undefined);
  // first: where it cannot be fetched nothing is lost
  const uploads = hasFiles ? (await sending.files()).uploads : undefined;
  const taken = outbox.discard(clientId);
  if (taken === undefined) return;
  const { room_id, content, reply_to, files } = taken;
  if (files !== undefined) uploads?.restore(room_id, files);
  drafts.set(room_id, [content, drafts.get(room_id)].filter((one) => one !== "").join("\n"));
  if (reply_to !== undefined) drafts.answer(room_id, drafts.replyTo(room_id) ?? reply_to);
}
