/** Signs a browser in with what its form brought. */
import type { Chat } from "../chat/chat.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import { readCookie, sessionCookie } from "../chat/sign_in/cookies.ts";
import { signInBrowser } from "../chat/sign_in/sessions.ts";
import type { SignInInput } from "../chat/sign_in/sign_in.ts";
import { redirect } from "../http/redirect.ts";

/** Answers with the session's cookie and the way to `next`. Throws what signIn() throws. */
export async function enterAccount(
  chat: Chat,
  input: SignInInput,
  client: ClientInfo,
  request: Request,
  next: string,
): Promise<Response> {
  const before = readCookie(chat.config, request.headers);
  const { secret, expires_at } = await signInBrowser(chat, input, client, before);
  const response = redirect(next, 303);
  response.headers.append("set-cookie", sessionCookie(chat.config, secret, expires_at));
  return response;
}
