/** People's pictures: small files that everybody who is signed in may see. */
import { ChatError } from "../../base/errors.ts";
import { readBlob } from "../../store/blobs/blobs.ts";
import { eraseFileJob } from "../../store/blobs/erase_files.ts";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, UserRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { noSuchFile, type OpenFile, removeUpload, type Upload, uploadFile } from "./files.ts";
import { announceProfile, type Me, meOf, noSuchUser } from "../people/profiles.ts";
import { stillSignedIn } from "../sign_in/sessions.ts";

export const AVATAR_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

/**
 * Replaces my picture. Throws `too_large`, `invalid` where the file is not a small picture, or `unauthorized` where the
 * session had ended before the last byte came.
 */
export async function setAvatar(chat: Chat, actor: Actor, upload: Pick<Upload, "size" | "body">): Promise<Me> {
  const since = chat.clock.elapsed();
  const { id, type, width = 0, height = 0 } = await uploadFile(chat, actor, {
    ...upload,
    name: "avatar",
    maxBytes: LIMITS.avatar_bytes,
  });
  if (!AVATAR_TYPES.includes(type) || Math.max(width, height) > LIMITS.avatar_side) {
    await removeUpload(chat, actor, id);
    const message = `A picture of a person is PNG, JPEG or WebP of at most ${LIMITS.avatar_side} pixels a side.`;
    throw new ChatError("invalid", message, { field: "file" });
  }
  await stillSignedIn(chat, actor, since).catch(async (error) => {
    await removeUpload(chat, actor, id);
    throw error;
  });
  return await setPicture(chat, actor, id);
}

export async function removeAvatar(chat: Chat, actor: Actor): Promise<Me> {
  return await setPicture(chat, actor, undefined);
}

/** In one atomic: the account names the new picture, the upload becomes an avatar, and a job erases the old one. */
async function setPicture(chat: Chat, actor: Actor, fileId: string | undefined): Promise<Me> {
  const { result: user, changed } = await change(chat.kv, [keys.user(actor.user_id)], async ({ key, value }) => {
    if (value === null) throw noSuchUser(actor.user_id);
    const { avatar: old, ...rest } = value;
    if (old === fileId) return { result: value };
    const user: UserRecord = { ...rest, ...(fileId === undefined ? {} : { avatar: fileId }) };
    const file = fileId === undefined ? undefined : await chat.kv.get(keys.file(fileId));
    if (file !== undefined && file.value?.state !== "uploaded") throw noSuchFile();
    return {
      result: user,
      write: {
        checks: file === undefined ? [] : [{ key: file.key, versionstamp: file.versionstamp }],
        set: [
          put(key, user),
          ...(file?.value ? [put(keys.file(file.value.id), { ...file.value, state: "avatar" as const })] : []),
          ...(old === undefined ? [] : [eraseFileJob(old)]),
        ],
        delete: fileId === undefined ? [] : [keys.upload(fileId)],
      },
      proof: "repeatable",
    };
  });
  if (changed) announceProfile(chat, user);
  return meOf(user);
}

/** Throws `no_such_file`. */
export async function openAvatar(chat: Chat, _actor: Actor, fileId: string): Promise<OpenFile> {
  const { value: file } = await chat.kv.get(keys.file(fileId));
  if (file?.state !== "avatar") throw noSuchFile();
  const blobs = chat.blobs(file.store);
  return { file, read: (start, end) => readBlob(blobs, file.id, start, end) };
}
