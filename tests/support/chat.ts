/** A real Chat over a store in memory, with cheap password hashes and, unless asked otherwise, a silent log. */
import { type ChatOptions, type OpenChat, openChat } from "../../lib/chat/open.ts";
import { Passwords } from "../../lib/chat/passwords.ts";
import { type Config, readConfig } from "../../lib/config.ts";
import { silentLog } from "../../lib/log.ts";

/** Argon2id at the least that it takes: tests make many accounts. */
export function cheapPasswords(): Passwords {
  return new Passwords({ cost: { m: 8, t: 1, p: 1, ln: 4 } });
}

export interface TestChatOptions extends ChatOptions {
  config?: Partial<Config>;
}

/** Rate limits are off: tests of them ask for `config: {limits: true}`. */
export async function openTestChat({ config = {}, ...options }: TestChatOptions = {}): Promise<OpenChat> {
  const settings: Config = { ...readConfig({ LIMITS: "off" }), kvPath: ":memory:", ...config };
  return await openChat(settings, { log: silentLog, passwords: cheapPasswords(), ...options });
}
