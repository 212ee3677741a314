/** The set-up code: where others than this machine reach the server, it proves that the first account is its operator's. */
import { isLocalMode } from "../../base/config/config.ts";
import { ChatError } from "../../base/errors.ts";
import { hashSecret } from "../../base/ids.ts";
import type { Chat } from "../chat.ts";

/** Throws `setup_code_required`. */
export async function requireSetupCode(chat: Chat, given: string | undefined): Promise<void> {
  if (isLocalMode(chat.config)) return;
  // compared by hashes: comparing texts takes the longer the more of the code is right (a timing attack)
  if (given !== undefined && await hashSecret(given) === await hashSecret(await setupCodeOf(chat))) return;
  throw new ChatError(
    "setup_code_required",
    `${given === undefined ? "This server has no administrator yet" : "That is not the set-up code"}. The first ` +
      'account needs it as "setup_code": the server printed it in its log when it started, after "set-up code".',
    { field: "setup_code" },
  );
}

/**
 * At start: prints the set-up code while there is no administrator and this is not local mode. It follows from the
 * store's secret, so that every process on one store prints the same one, at every start.
 */
export async function initAccounts(chat: Chat): Promise<void> {
  if (!await needsSetupCode(chat)) return;
  const setupCode = await setupCodeOf(chat);
  // at the highest level: without this line nobody gets in, whatever LOG_LEVEL says
  chat.log.error(`This server has no administrator yet. Register the first account with the set-up code ${setupCode}`);
}

async function setupCodeOf({ jwtKey }: Chat): Promise<string> {
  const key = await crypto.subtle.importKey("raw", jwtKey, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  // domain separation: nothing else that this key signs begins with this text
  const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("Parley's set-up code"));
  return new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Whether the next account must give the set-up code, so that a form asks for it. */
export async function needsSetupCode(chat: Chat): Promise<boolean> {
  return !isLocalMode(chat.config) && !await chat.server.isSetUp();
}
