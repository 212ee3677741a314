/** Files: taking uploads in, and opening files for people who may read them. Sending and deleting is in the rules. */
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { inParts, readBlob } from "../../store/blobs/blobs.ts";
import { eraseFile, eraseFileJob } from "../../store/blobs/erase_files.ts";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, FileInfo, FileRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { fileInfo } from "../../protocol/file_info.ts";
import { cleanFileName, type FileType, fileTypeOf, HEAD_BYTES } from "./file_types.ts";
import { requireMember } from "../rooms/membership.ts";

/** An upload that takes longer is given up. (A finished upload that is not sent is erased after a day.) */
export const UPLOAD_MS = 3_600_000;
export const UNSENT_MS = 86_400_000;
/** Bytes that are reserved at a time where the sender does not declare the size. */
const STEP_BYTES = 1024 * 1024;

export interface Upload {
  name: string;
  /** The size that the sender declares; undefined: none was declared. */
  size?: number | undefined;
  /** MAX_FILE_BYTES by default. */
  maxBytes?: number;
  body: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Takes a file in as a stream, so that only a part of it is in memory. Until it is sent in a message only its owner may
 * read it. Throws `too_large`, `limit_reached` (the quota), `invalid`, or the body's error; then nothing of it stays.
 */
export async function uploadFile(chat: Chat, actor: Actor, upload: Upload): Promise<FileInfo> {
  const most = upload.maxBytes ?? chat.config.maxFileBytes;
  if ((upload.size ?? 0) > most) throw tooLarge(most);
  const record = await begin(chat, actor, cleanFileName(upload.name, LIMITS.file_name), upload.size ?? 0);
  try {
    return await receive(chat, record, upload.body, most);
  } catch (error) {
    // if this fails too, the sweeper does it later
    await abandon(chat, record, most).catch(() => {});
    throw error;
  }
}

/** Writes the reservation before any byte of the file, so that an upload that breaks off is counted, and swept later. */
async function begin(chat: Chat, actor: Actor, name: string, size: number): Promise<FileRecord> {
  const now = chat.clock.now();
  const record: FileRecord = {
    id: randomId(24),
    name,
    type: "application/octet-stream",
    size: 0,
    owner: actor.user_id,
    state: "uploading",
    store: chat.config.files,
    created_at: now,
  };
  await change(chat.kv, [keys.file(record.id)], ({ key }) => {
    const begun = put(key, record);
    const set = [begun, put(keys.upload(record.id), { expires_at: now + UPLOAD_MS })];
    return { result: undefined, write: { set }, proof: begun };
  });
  return size === 0 ? record : await resize(chat, record, { ...record, size });
}

async function receive(chat: Chat, begun: FileRecord, body: Upload["body"], most: number): Promise<FileInfo> {
  const blobs = chat.blobs(begun.store);
  let record = begun;
  let type: FileType | undefined;
  let size = 0;
  let n = 0;
  for await (const part of inParts(body, blobs.partBytes)) {
    type ??= typeOf(part);
    size += part.length;
    if (size > most) throw tooLarge(most);
    if (size > record.size) {
      const reserved = Math.min(most, size + STEP_BYTES);
      record = await resize(chat, record, { ...record, size: reserved });
    }
    await blobs.put(record.id, n++, part);
  }
  if (type === undefined) throw new ChatError("invalid", "The file is empty.", { field: "file" });
  const done: FileRecord = { ...record, ...type.image, type: type.type, size, state: "uploaded" };
  const info = fileInfo(await resize(chat, record, done, chat.clock.now() + UNSENT_MS));
  chat.metrics.counter("parley_uploads_total", "Uploaded files.").add();
  chat.metrics.counter("parley_upload_bytes_total", "Bytes of uploaded files.").add(size);
  return info;
}

async function abandon(chat: Chat, { id, store }: FileRecord, most: number): Promise<void> {
  const { value } = await chat.kv.get(keys.file(id));
  // it may have been given up and erased before its last part was written
  if (value === null || value.state === "gone") await chat.blobs(store).erase(id, most);
  else await discard(chat, id);
}

function typeOf(first: Uint8Array): FileType {
  const type = fileTypeOf(first.subarray(0, HEAD_BYTES));
  const { width = 0, height = 0 } = type.image ?? {};
  if (width * height > LIMITS.image_pixels || Math.max(width, height) > LIMITS.image_side) {
    const message = `This image would have ${width} × ${height} pixels: at most ${LIMITS.image_pixels / 1e6} million ` +
      `and ${LIMITS.image_side} a side are shown. Make it smaller, or send it in an archive.`;
    throw new ChatError("too_large", message, { field: "file" });
  }
  return type;
}

/**
 * Writes the record and its owner's usage in one atomic, so that the usage is the sum of the owner's files at any moment,
 * also under concurrent uploads. Throws `limit_reached`, and `conflict` where the record has changed meanwhile.
 */
async function resize(chat: Chat, old: FileRecord, next: FileRecord, expiresAt?: number): Promise<FileRecord> {
  const usageKey = keys.fileUsage(old.owner);
  await change(chat.kv, [keys.file(old.id), usageKey], (file, usage) => {
    if (file.value?.state !== old.state || file.value.size !== old.size) {
      throw new ChatError("conflict", "This upload took too long and was given up: begin again.");
    }
    const bytes = (usage.value?.bytes ?? 0) + next.size - old.size;
    if (next.size > old.size && bytes > chat.config.userQuotaBytes) throw overQuota(chat.config.userQuotaBytes);
    // only its upload gives a file another size or state
    const resized = put(file.key, next);
    return {
      result: undefined,
      write: {
        set: [
          resized,
          put(usageKey, { bytes }),
          ...(expiresAt === undefined ? [] : [put(keys.upload(old.id), { expires_at: expiresAt })]),
        ],
      },
      proof: resized,
    };
  });
  return next;
}

/** How much of their quota somebody's files take up, in bytes. */
export async function fileUsage(chat: Chat, actor: Actor): Promise<{ used: number; most: number }> {
  const { value } = await chat.kv.get(keys.fileUsage(actor.user_id));
  return { used: value?.bytes ?? 0, most: chat.config.userQuotaBytes };
}

function tooLarge(most: number): ChatError {
  return new ChatError("too_large", `A file can have at most ${megabytes(most)}: send a smaller one.`, {
    field: "file",
  });
}

function overQuota(most: number): ChatError {
  const message = `Your files would take up more than ${megabytes(most)} together: delete messages with files first.`;
  return new ChatError("limit_reached", message, { field: "file" });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024 * 10) / 10} MiB`;
}

/** Takes back an upload of mine that was not sent. */
export async function removeUpload(chat: Chat, actor: Actor, fileId: string): Promise<void> {
  const { value } = await chat.kv.get(keys.file(fileId));
  if (value === null || value.owner !== actor.user_id || value.state === "gone") throw noSuchFile();
  if (value.state !== "uploaded") throw new ChatError("conflict", "This file was sent: delete its message instead.");
  if (!await discard(chat, fileId)) throw new ChatError("conflict", "This file was sent: delete its message instead.");
}

/** Marks an upload as gone: nobody can read or send it, and a job erases it. False: it was used meanwhile. */
async function discard(chat: Chat, fileId: string): Promise<boolean> {
  const { result, changed } = await change(chat.kv, [keys.file(fileId)], ({ key, value }) => {
    if (value === null || value.state === "gone") return { result: true };
    if (value.state !== "uploading" && value.state !== "uploaded") return { result: false };
    const set = [put(key, { ...value, state: "gone" as const }), eraseFileJob(fileId)];
    return { result: true, write: { set, delete: [keys.upload(fileId)] }, proof: "repeatable" };
  });
  // erased at once, so that it stops counting against the quota; if this fails, the job does it
  if (result && changed) await eraseFile(chat.kv, fileId, chat.blobs).catch(() => {});
  return result;
}

export interface OpenFile {
  file: FileRecord;
  /** The bytes from `start` to before `end`, read as they are taken. */
  read(start: number, end: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file for people who may read it: before it is sent its owner, then its room's members while its message stands.
 * Membership is read each time (D6). Throws `no_such_file`, or `forbidden` in a public room that one has not joined.
 */
export async function openFile(chat: Chat, actor: Actor, fileId: string): Promise<OpenFile> {
  const { value: file } = await chat.kv.get(keys.file(fileId));
  if (file === null || !await mayRead(chat, actor, file)) throw noSuchFile();
  const blobs = chat.blobs(file.store);
  return { file, read: (start, end) => readBlob(blobs, file.id, start, end) };
}

async function mayRead(chat: Chat, actor: Actor, file: FileRecord): Promise<boolean> {
  if (file.state === "uploaded") return file.owner === actor.user_id;
  if (file.state !== "attached" || file.room_id === undefined || file.seq === undefined) return false;
  const { value: item } = await chat.kv.get(keys.item(file.room_id, file.seq));
  if (item?.kind !== "message" || !item.files?.some(({ id }) => id === file.id)) return false;
  try {
    // membership is read last, so that a removal meanwhile counts
    const { head } = await requireMember(chat, actor, file.room_id);
    return file.seq > head.floor;
  } catch (error) {
    // for other people a private room and its files do not exist
    if (error instanceof ChatError && error.code === "no_such_room") return false;
    throw error;
  }
}

export function noSuchFile(): ChatError {
  return new ChatError("no_such_file", "There is no such file, or it was deleted, or you may not read it.");
}
