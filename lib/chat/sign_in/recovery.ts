/** Recovery codes: ten, shown once, each good for one new password where the old one was forgotten. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { hashSecret, randomId } from "../../base/ids.ts";
import { busy, change } from "../../store/change.ts";
import { keys, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor } from "../../protocol/model.ts";
import { countAttempt, countSignIn } from "./attempts.ts";
import { auditPut } from "../moderation/audit.ts";
import type { Chat } from "../chat.ts";
import { endSessions, sessionsOf } from "./session_ends.ts";
import { code, decode, newPassword, password, username } from "../people/fields.ts";
import { readUser } from "../people/profiles.ts";
import { refuseWeakPassword } from "./registration.ts";
import type { ClientInfo } from "./client.ts";

export const RECOVERY_CODES = 10;
/** 62 bits: nobody guesses one, so that a plain hash keeps it. */
const LENGTH = 12;

export const recoveryCodesInput = v.strictObject({ current_password: password });
export const recoverInput = v.strictObject({
  username: v.pipe(v.string("must be a string"), v.maxLength(320, "must have at most 320 characters")),
  code,
  new_password: newPassword,
});

/** New codes, in groups of four characters; the old codes no longer work. Throws `bad_credentials` (current_password). */
export async function makeRecoveryCodes(
  chat: Chat,
  actor: Actor,
  input: v.InferInput<typeof recoveryCodesInput>,
): Promise<string[]> {
  const { current_password } = decode(recoveryCodesInput, input);
  await countAttempt(chat, "signIns", [{ who: `password of ${actor.user_id}`, times: 1 }]);
  const { value: user, versionstamp } = await readUser(chat, actor.user_id);
  if (!await chat.passwords.verify(current_password, user.password_hash)) {
    throw new ChatError("bad_credentials", '"current_password" is wrong.', { field: "current_password" });
  }
  const codes = Array.from({ length: RECOVERY_CODES }, () => randomId(LENGTH));
  const at = chat.clock.now();
  const puts = await Promise.all(
    codes.map(async (one) => put(keys.recovery(user.id, await hashSecret(one)), { at })),
  );
  await change(chat.kv, [keys.user(user.id)], async (entry) => {
    // of two that make codes at once one loses; and the password that was verified may be another by now
    if (entry.versionstamp !== versionstamp) throw busy();
    const old = await chat.kv.list(ranges.recovery(user.id), { limit: 100 });
    const audit = auditPut(chat, actor, { act: "recovery_codes_made", user_id: user.id });
    return {
      result: undefined,
      // the user is written unchanged, so that concurrent commits that check its versionstamp fail
      write: { set: [put(keys.user(user.id), user), ...puts, audit], delete: old.map(({ key }) => key) },
      proof: audit,
    };
  });
  return codes.map((one) => one.replace(/(.{4})(?=.)/g, "$1-"));
}

export async function recoveryCodesLeft(chat: Chat, actor: Pick<Actor, "user_id">): Promise<number> {
  return (await chat.kv.list(ranges.recovery(actor.user_id), { limit: RECOVERY_CODES })).length;
}

/**
 * Gives an account a new password for one of its codes, which is then used up; all its sessions end. Throws
 * `bad_credentials` (who does not exist and a wrong code get the same answer), `forbidden` (disabled), `invalid` or
 * `rate_limited`.
 */
export async function recover(chat: Chat, input: v.InferInput<typeof recoverInput>, client: ClientInfo): Promise<void> {
  const given = decode(recoverInput, input);
  const name = v.safeParse(username, given.username.trim());
  const known = name.success ? name.output : undefined;
  refuseWeakPassword(given.new_password, known ?? "", "new_password");
  await countSignIn(chat, client.address, known);
  const id = known === undefined ? null : (await chat.kv.get(keys.username(known))).value;
  const entry = keys.recovery(id ?? "", await hashSecret(given.code.toLowerCase().replace(/[^0-9a-z]/g, "")));
  if ((await chat.kv.get(entry)).value === null || id === null) throw wrong();
  const passwordHash = await chat.passwords.hash(given.new_password);
  await endSessions(chat, id, "password_changed", async () => {
    const [present, { key, value: user, versionstamp }] = await Promise.all([chat.kv.get(entry), readUser(chat, id)]);
    if (present.value === null) throw wrong();
    if (user.disabled_at !== undefined) {
      throw new ChatError("forbidden", "This account is disabled. Ask the server's administrator.");
    }
    const audit = auditPut(chat, { user_id: id, address: client.address }, { act: "account_recovered", user_id: id });
    return {
      sessions: await sessionsOf(chat, id),
      checks: [{ key, versionstamp }, { key: present.key, versionstamp: present.versionstamp }],
      set: [put(keys.user(id), { ...user, password_hash: passwordHash }), audit],
      delete: [entry],
      proof: audit,
    };
  });
}

function wrong(): ChatError {
  return new ChatError("bad_credentials", "Username or recovery code is wrong, or the code was used before.", {
    field: "code",
  });
}
