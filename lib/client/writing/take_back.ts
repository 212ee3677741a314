import type { Drafts } from "./drafts.ts";
import type { Sending } from "./sending.ts";

/**
 * Moves an unsent message back into the composer, before the present draft, with its files and the message it answers.
 */
export async function takeBack({ sending, drafts }: { sending: Sending; drafts: Drafts }, clientId: string) {
  const { outbox } = sending;
  const hasFiles = outbox.list().some(({ client_id, files }) => client_id === clientId && files !== undefined);
  // Fetched first: if that fails, nothing is lost.
  const uploads = hasFiles ? (await sending.files()).uploads : undefined;
  const taken = outbox.discard(clientId);
  if (taken === undefined) return;
  const { room_id, content, reply_to, files } = taken;
  if (files !== undefined) uploads?.restore(room_id, files);
  drafts.set(room_id, [content, drafts.get(room_id)].filter((one) => one !== "").join("\n"));
  if (reply_to !== undefined) drafts.answer(room_id, drafts.replyTo(room_id) ?? reply_to);
}
