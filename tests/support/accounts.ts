/** Real accounts for tests: registered and signed in through the verbs. */
import { register } from "../../lib/chat/people/accounts.ts";
import type { Chat } from "../../lib/chat/chat.ts";
import { authenticate, type Authenticated } from "../../lib/chat/sign_in/sessions.ts";
import { signIn } from "../../lib/chat/sign_in/sign_in.ts";
import { issueTokens, type Tokens } from "../../lib/chat/sign_in/tokens.ts";
import { assert } from "@std/assert";

export const HERE = { address: "127.0.0.1", user_agent: "test" };
export const PASSWORD = "correct horse";

/** Registers; the first one of a chat is its administrator. */
export async function addAccount(chat: Chat, username: string): Promise<string> {
  return (await register(chat, { username, password: PASSWORD }, HERE)).id;
}

export interface Entered {
  actor: Authenticated;
  /** The cookie's value. */
  secret: string;
}

export async function enter(chat: Chat, username: string, password = PASSWORD): Promise<Entered> {
  const { secret } = await signIn(chat, { username, password }, "cookie", HERE);
  const actor = await authenticate(chat, { cookie: secret });
  assert(actor !== null);
  return { actor, secret };
}

export async function enterWithTokens(chat: Chat, username: string): Promise<Tokens> {
  return await issueTokens(chat, await signIn(chat, { username, password: PASSWORD }, "tokens", HERE));
}
