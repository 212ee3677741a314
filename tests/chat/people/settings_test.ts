import { assertEquals, assertRejects } from "@std/assert";
import type { Signal } from "../../../lib/bus/bus.ts";
import { getSettings, setLevel, updateSettings } from "../../../lib/chat/people/settings.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../../lib/protocol/settings.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";

Deno.test("updateSettings() changes the given fields and publishes to the user's own stream", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  await chat.appender.settled(); // joining general is told after it
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

Deno.test("updateSettings() on two devices at once keeps both changes", async () => {
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

Deno.test("updateSettings() refuses unknown values and unknown fields", async () => {
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

Deno.test("readSettings() gives the default for an unreadable field, and keeps the others", async () => {
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

Deno.test("setLevel() above the limit replaces the level that was set the longest ago", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const rooms = Array.from({ length: LIMITS.rooms_per_user }, (_, i) => `room${i}`);
  await updateSettings(chat, actor, { room_levels: Object.fromEntries(rooms.map((room) => [room, "nothing"])) });
  await setLevel(chat, actor, "general", "all");
  const { room_levels } = await getSettings(chat, id);
  assertEquals(Object.keys(room_levels), [...rooms.slice(1), "general"]);
  await setLevel(chat, actor, "general", null);
  assertEquals(Object.keys((await getSettings(chat, id)).room_levels), rooms.slice(1));
});

Deno.test("setLevel() accepts only room ids, so the largest number of levels fits into the store", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const levels = (letter: string) =>
    Object.fromEntries(
      Array.from({ length: LIMITS.rooms_per_user }, (_, i) => [`${letter}${i}`.padEnd(64, "x"), "mentions"]),
    );
  await updateSettings(chat, actor, { room_levels: levels("r") });
  const { code } = await assertRejects(() => updateSettings(chat, actor, { room_levels: levels("\u8a71") }), ChatError);
  assertEquals(code, "invalid");
});
