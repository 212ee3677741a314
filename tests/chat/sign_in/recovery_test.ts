import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { makeRecoveryCodes, recover, recoveryCodesLeft } from "../../../lib/chat/sign_in/recovery.ts";
import { setDisabled } from "../../../lib/chat/sign_in/session_ends.ts";
import { OPERATOR, resetPassword } from "../../../lib/chat/people/operator.ts";
import { authenticate } from "../../../lib/chat/sign_in/sessions.ts";
import { signIn } from "../../../lib/chat/sign_in/sign_in.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { ranges } from "../../../lib/store/keys.ts";
import { addAccount, enter, HERE, PASSWORD } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";

const NEW = "quite another horse";

async function code(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("a recovery code gives a new password once, and ends every session", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { actor, secret } = await enter(chat, "ada");
  assertEquals(await code(() => makeRecoveryCodes(chat, actor, { current_password: "wrong" })), "bad_credentials");
  const codes = await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
  assertEquals([codes.length, new Set(codes).size, await recoveryCodesLeft(chat, actor)], [10, 10, 10]);
  for (const one of codes) assertMatch(one, /^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/);
  const stored = JSON.stringify(await chat.kv.list(ranges.recovery(actor.user_id), { limit: 20 }));
  assertEquals(codes.some((one) => stored.includes(one.replaceAll("-", ""))), false, "stored hashed");

  const [first = ""] = codes;
  // as people type it
  const typed = ` ${first.toUpperCase().replaceAll("-", " ")} `;
  await recover(chat, { username: "ADA", code: typed, new_password: NEW }, HERE);
  assertEquals(await authenticate(chat, { cookie: secret }), null);
  const old = () => signIn(chat, { username: "ada", password: PASSWORD }, "cookie", HERE);
  assertEquals(await code(old), "bad_credentials");
  await signIn(chat, { username: "ada", password: NEW }, "cookie", HERE);
  assertEquals(await recoveryCodesLeft(chat, actor), 9);
  const again = () => recover(chat, { username: "ada", code: first, new_password: NEW }, HERE);
  assertEquals(await code(again), "bad_credentials");
});

Deno.test("recovery: after an administrator resets the password the old recovery codes are refused", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const [first = ""] = await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
  const password = await resetPassword(chat, OPERATOR, actor.user_id);
  assertEquals(
    await code(() => recover(chat, { username: "ada", code: first, new_password: NEW }, HERE)),
    "bad_credentials",
  );
  assertEquals(await recoveryCodesLeft(chat, (await enter(chat, "ada", password)).actor), 0);
});

Deno.test("of twenty who use one code at once, one succeeds", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const [first = ""] = await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
  const attempt = (_: unknown, i: number) =>
    recover(chat, { username: "ada", code: first, new_password: `${NEW} ${i}` }, HERE);
  const done = await Promise.allSettled(Array.from({ length: 20 }, attempt));
  assertEquals(done.filter(({ status }) => status === "fulfilled").length, 1);
  const at = done.findIndex(({ status }) => status === "fulfilled");
  await signIn(chat, { username: "ada", password: `${NEW} ${at}` }, "cookie", HERE);
  const acts = (await chat.kv.list(ranges.audit(), { limit: 99 })).map(({ value }) => value.act);
  assertEquals(acts.sort(), ["account_recovered", "recovery_codes_made"]);
});

Deno.test("new codes replace the old ones; unknown names and wrong codes are refused alike", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "root");
  const bob = await addAccount(chat, "bob");
  const { actor } = await enter(chat, "bob");
  const root = (await enter(chat, "root")).actor;
  const [old = ""] = await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
  const [fresh = ""] = await makeRecoveryCodes(chat, actor, { current_password: PASSWORD });
  const attempt = (username: string, code: string, new_password = NEW) =>
    recover(chat, { username, code, new_password }, HERE);
  const messages = new Set<string>();
  for (const [name, given] of [["bob", old], ["bob", ""], ["nobody", fresh], ["root", fresh], ["!", fresh]] as const) {
    messages.add((await assertRejects(() => attempt(name, given), ChatError)).message);
  }
  assertEquals(messages.size, 1);
  assertEquals(await code(() => attempt("bob", fresh, "password")), "invalid");
  await setDisabled(chat, root, bob, true);
  assertEquals(await code(() => attempt("bob", fresh)), "forbidden");
  await setDisabled(chat, root, bob, false);
  await attempt("bob", fresh);
});

Deno.test("guesses at codes are counted like sign-ins", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const codes: string[] = [];
  for (let i = 0; i < 30; i++) {
    codes.push(await code(() => recover(chat, { username: "ada", code: `guess ${i}`, new_password: NEW }, HERE)));
  }
  assertEquals([codes[0], codes.at(-1)], ["bad_credentials", "rate_limited"]);
});
