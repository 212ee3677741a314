/** The server's name and picture, and who may make accounts and invite: read by everybody, changed by administrators. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Actor, Inviters, Registration, ServerPicture, ServerRecord } from "../../protocol/model.ts";
import { INVITERS, REGISTRATIONS } from "../../protocol/joining.ts";
import type { Chat } from "../chat.ts";
import { fileTypeOf } from "../files/file_types.ts";
import { decode, displayName } from "../people/fields.ts";
import { DEFAULT_NAME } from "../server_info.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "./audit.ts";

export const SERVER_PICTURE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

export const serverInput = v.strictObject({
  name: v.exactOptional(displayName),
  registration: v.exactOptional(v.picklist(REGISTRATIONS, "must be open, invite or closed")),
  inviting: v.exactOptional(v.picklist(INVITERS, "must be admins or everyone")),
});
export type ServerInput = v.InferOutput<typeof serverInput>;

/** The server as everybody sees it, signed in or not. */
export interface ServerView {
  name: string;
  /** The picture's id, at /api/server/picture/<id>. */
  picture: string | null;
  registration: Registration;
  inviting: Inviters;
  /** Whether the first account, an administrator's, was made. */
  set_up: boolean;
  /** What the environment decides, so that it cannot be changed here. */
  locked: "registration"[];
}

export async function getServer(chat: Chat): Promise<ServerView> {
  const [record, set_up] = await Promise.all([chat.server.read(), chat.server.isSetUp()]);
  return {
    name: record.name ?? DEFAULT_NAME,
    picture: record.picture?.id ?? null,
    registration: registrationIn(chat, record),
    inviting: record.inviting ?? "admins",
    set_up,
    locked: chat.config.registrationIsSet ? ["registration"] : [],
  };
}

/** Who may make an account: the environment's word where it has one, else the administrators' choice. */
export function registrationIn({ config }: Pick<Chat, "config">, record: ServerRecord | null): Registration {
  return config.registrationIsSet ? config.registration : record?.registration ?? config.registration;
}

/** Whether somebody may invite now: nobody may where no accounts are made. */
export async function mayInvite(chat: Chat, { admin }: Pick<Actor, "admin">): Promise<boolean> {
  const record = await chat.server.read();
  return registrationIn(chat, record) !== "closed" && (admin || record.inviting === "everyone");
}

/** Administrators only. Throws `conflict` for what the environment decides. */
export async function updateServer(chat: Chat, actor: Doer, input: ServerInput): Promise<ServerView> {
  requireAdmin(actor);
  const given = decode(serverInput, input);
  if (given.registration !== undefined && chat.config.registrationIsSet) throw locked();
  await changeServer(chat, actor, (old) => ({ record: { ...old, ...given }, detail: Object.keys(given).join(", ") }));
  return await getServer(chat);
}

/** Replaces the picture. Administrators only. Throws `too_large`, or `invalid` where it is no small picture. */
export async function setServerPicture(chat: Chat, actor: Doer, bytes: Uint8Array<ArrayBuffer>): Promise<ServerView> {
  requireAdmin(actor);
  if (bytes.length > LIMITS.avatar_bytes) {
    throw new ChatError("too_large", `The picture is larger than ${LIMITS.avatar_bytes} bytes.`);
  }
  const { type, image } = fileTypeOf(bytes);
  if (
    image === undefined || !SERVER_PICTURE_TYPES.includes(type) ||
    Math.max(image.width, image.height) > LIMITS.avatar_side
  ) {
    const message = `The server's picture is PNG, JPEG or WebP of at most ${LIMITS.avatar_side} pixels a side.`;
    throw new ChatError("invalid", message, { field: "file" });
  }
  const picture: ServerPicture = { id: randomId(24), type };
  await changeServer(chat, actor, (old) => ({ record: { ...old, picture }, detail: "picture", bytes }));
  return await getServer(chat);
}

/** Administrators only. */
export async function removeServerPicture(chat: Chat, actor: Doer): Promise<ServerView> {
  requireAdmin(actor);
  await changeServer(chat, actor, ({ picture: _, ...rest }) => ({ record: rest, detail: "no picture" }));
  return await getServer(chat);
}

interface Changes {
  record: ServerRecord;
  /** For the audit log. */
  detail: string;
  /** The new picture's bytes. */
  bytes?: Uint8Array<ArrayBuffer>;
}

async function changeServer(chat: Chat, actor: Doer, make: (old: ServerRecord) => Changes): Promise<void> {
  const { changed } = await change(chat.kv, [keys.server()], async ({ key, value }) => {
    const checks = await checkAdmin(chat, actor);
    const old = value ?? {};
    const { record, detail, bytes } = make(old);
    if (JSON.stringify(record) === JSON.stringify(old)) return { result: undefined };
    const audit = auditPut(chat, actor, { act: "server_changed", detail });
    const set: Put[] = [put(key, record), audit];
    if (bytes !== undefined && record.picture !== undefined) {
      set.push(put(keys.serverPicture(record.picture.id), bytes));
    }
    const gone = old.picture !== undefined && old.picture.id !== record.picture?.id ? [old.picture.id] : [];
    return { result: undefined, write: { checks, set, delete: gone.map(keys.serverPicture) }, proof: audit };
  });
  if (changed) chat.server.announce();
}

/** The picture's bytes; null where there is none with this id. */
export async function readServerPicture(
  chat: Chat,
  id: string,
): Promise<{ type: string; bytes: Uint8Array<ArrayBuffer> } | null> {
  const { picture } = await chat.server.read();
  if (picture?.id !== id) return null;
  const { value: bytes } = await chat.kv.get(keys.serverPicture(id));
  return bytes === null ? null : { type: picture.type, bytes };
}

function locked(): ChatError {
  return new ChatError(
    "conflict",
    "The environment's REGISTRATION decides who may make an account: change it there, or unset it to choose here.",
    { field: "registration" },
  );
}
