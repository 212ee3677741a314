import { type ChatOptions, type OpenChat, openChat } from "../../lib/chat/open.ts";
import { Passwords } from "../../lib/chat/sign_in/passwords.ts";
import { type Config, readConfig } from "../../lib/base/config/config.ts";
import { silentLog } from "../../lib/base/log.ts";

/** Hashes in a millisecond; the strength of the real ones is tested on its own. */
export const quickPasswords = () => new Passwords({ cost: { m: 8, t: 1, p: 1, ln: 2 } });

export function testConfig(overrides: Partial<Config> = {}): Config {
  return { ...readConfig({ KV_PATH: ":memory:", PORT: "0" }), ...overrides };
}

/** A real Chat on a store in memory, quiet, with quick password hashes. */
export async function openTestChat(options: ChatOptions & { config?: Partial<Config> } = {}): Promise<OpenChat> {
  const { config, ...rest } = options;
  return await openChat(testConfig(config), { log: silentLog, passwords: quickPasswords(), ...rest });
}
