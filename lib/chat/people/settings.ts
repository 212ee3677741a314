/** A person's settings: reading them, and changing them, which all the person's sockets hear of. */
import * as v from "valibot";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { type Level, readSettings, type Settings } from "../../protocol/settings.ts";
import { settingsFields } from "../../protocol/settings_schema.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { decode } from "./fields.ts";
import { requireMember } from "../rooms/membership.ts";

export const settingsInput = v.partial(v.strictObject(settingsFields));
type Change = v.InferOutput<typeof settingsInput>;
/** Not decoded yet: forms pass on what they were sent, and this module decodes it. */
export type SettingsInput = { readonly [name in keyof Settings]?: unknown };

export async function getSettings(chat: Chat, userId: string): Promise<Settings> {
  return readSettings((await chat.kv.get(keys.settings(userId))).value);
}

/** Sets which messages of one room notify me; null: as my settings say. Two devices that set different rooms both succeed. */
export async function setLevel(chat: Chat, actor: Actor, roomId: string, level: Level | null): Promise<Settings> {
  await requireMember(chat, actor, roomId);
  return await choose(chat, actor, ({ room_levels }) => {
    const { [roomId]: _, ...others } = room_levels;
    if (level === null) return { room_levels: others };
    // the oldest entries are dropped: they are of rooms left long ago, if of any
    const kept = Object.entries(others).slice(1 - LIMITS.rooms_per_user);
    return { room_levels: { ...Object.fromEntries(kept), [roomId]: level } };
  });
}

/** Changes the settings that are given. Two devices that change different settings at once both succeed. */
export async function updateSettings(chat: Chat, actor: Actor, input: SettingsInput): Promise<Settings> {
  const given = decode(settingsInput, input);
  return await choose(chat, actor, () => given);
}

async function choose(chat: Chat, actor: Actor, make: (old: Settings) => Change): Promise<Settings> {
  const { result: settings, changed } = await change(chat.kv, [keys.settings(actor.user_id)], ({ key, value }) => {
    const old = readSettings(value);
    const settings = readSettings({ ...old, ...make(old) });
    if (JSON.stringify(settings) === JSON.stringify(old)) return { result: old };
    return { result: settings, write: { set: [put(key, settings)] }, proof: "repeatable" };
  });
  if (!changed) return settings;
  const frame: UserChange = { type: "user", change: "settings", settings };
  chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
  return settings;
}
