import { assertEquals, assertRejects } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { getSettings, updateSettings } from "../../lib/chat/settings.ts";
import { ChatError } from "../../lib/errors.ts";
import { keys } from "../../lib/kv/keys.ts";
import { put } from "../../lib/kv/kv.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../lib/protocol/settings.ts";
import { addAccount, enter } from "../support/accounts.ts";
import { openTestChat } from "../support/chat.ts";

Deno.test("updateSettings() changes what is given and tells one's own stream", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const signals: Signal[] = [];
  chat.bus.subscribe((signal) => signals.push(signal));
  assertEquals(await getSettings(chat, id), DEFAULT_SETTINGS);
  const settings = { ...DEFAULT_SETTINGS, theme: "dark", language: "pt" } as const;
  assertEquals(await updateSettings(chat, actor, { theme: "dark", language: "pt" }), settings);
  assertEquals(await getSettings(chat, id), settings);
  const line = JSON.stringify({ type: "user", change: "settings", settings });
  assertEquals(signals, [{ type: "user", user_id: id, line }]);
  await updateSettings(chat, actor, { theme: "dark" });
  assertEquals(signals.length, 1, "what changes nothing is not told");
});

Deno.test("two devices that change different settings at once both succeed", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  await Promise.all([
    updateSettings(chat, actor, { theme: "dark" }),
    updateSettings(chat, actor, { density: "compact" }),
    updateSettings(chat, actor, { time_format: "12" }),
  ]);
  assertEquals(await getSettings(chat, id), {
    ...DEFAULT_SETTINGS,
    theme: "dark",
    density: "compact",
    time_format: "12",
  });
});

Deno.test("updateSettings() refuses what is no choice and fields that it does not know", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const wrong = [{ theme: "pink" }, { density: null }, { language: "xx" }, { time_format: 24 }, { admin: true }];
  for (const input of wrong) {
    const error = await assertRejects(() => updateSettings(chat, actor, input), ChatError);
    assertEquals([error.code, error.field], ["invalid", Object.keys(input)[0]]);
  }
  assertEquals(await getSettings(chat, id), DEFAULT_SETTINGS);
});

Deno.test("readSettings() takes the default for what it cannot read, and keeps the rest", async () => {
  for (const value of [null, undefined, 1, "dark", [], { theme: 1 }]) {
    assertEquals(readSettings(value), DEFAULT_SETTINGS);
  }
  const later = { theme: "light", density: "cosy", added_later: true };
  assertEquals(readSettings(later), { ...DEFAULT_SETTINGS, theme: "light" });
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  await chat.kv.commit({ set: [put(keys.settings(id), JSON.parse(JSON.stringify(later)))] });
  assertEquals((await getSettings(chat, id)).theme, "light");
});
