/** The commands of `deno task admin`, on a chat: the running server's, or one that the task opened for itself. */
import type { Chat } from "../../chat/chat.ts";
import { ChatError } from "../../base/errors.ts";
import { COMMANDS } from "./commands.ts";
import type { AdminAnswer, AdminRequest } from "./protocol.ts";

/** Runs a command. Never rejects for an error that the operator can act on: the answer says it. */
export async function runAdmin(chat: Chat, { command, argument = "", ...options }: AdminRequest): Promise<AdminAnswer> {
  const known = COMMANDS[command];
  try {
    const text = await known.run(chat, argument, options);
    // the operator can read the log too; secrets are not logged
    if (known.reads === undefined) {
      const about = known.takes === "USERNAME" || known.takes === "ROOM_ID" ? argument : undefined;
      chat.log.info("the operator ran a command", { command, about });
    }
    return { ok: true, text };
  } catch (error) {
    if (error instanceof ChatError) return { ok: false, text: error.message };
    throw error;
  }
}
