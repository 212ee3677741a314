/** The end of files: jobs that erase them, for everything that deletes what they belong to. */
import type { Clock } from "../../base/clock.ts";
import type { FileStore, MessageItem } from "../../protocol/model.ts";
import type { Blobs } from "./blobs.ts";
import { dueJob } from "../jobs/due.ts";
import { change } from "../change.ts";
import { keys, ranges } from "../keys.ts";
import { entriesOf, type Kv, type Put, put, type Write } from "../kv.ts";

export type BlobsOf = (store: FileStore) => Blobs;
export type EraserOf = (store: FileStore) => Pick<Blobs, "erase">;

const SLICE = 100;
const PATIENCE_MS = 60_000;

/** The job that erases a file. Set it in the atomic that deletes what the file belonged to. */
export function eraseFileJob(fileId: string): Put {
  return dueJob({ kind: "erase_file", file_id: fileId });
}

/** The jobs that erase the files of a message. */
export function eraseFileJobs({ files = [] }: Pick<MessageItem, "files">): Put[] {
  return files.map(({ id }) => eraseFileJob(id));
}

/**
 * Erases the bytes first, then the record: until the bytes are gone they count in the user's quota. It may be repeated.
 * `commit` makes the last write, with which the file is gone.
 */
export async function eraseFile(
  kv: Kv,
  fileId: string,
  blobsOf: EraserOf,
  commit: (write: Write) => Promise<string | null> = (write) => kv.commit(write),
): Promise<number> {
  const store = { get: kv.get.bind(kv), getMany: kv.getMany.bind(kv), commit };
  const { value: found } = await kv.get(keys.file(fileId));
  if (found === null) return 0;
  const usageKey = keys.fileUsage(found.owner);
  const { changed } = await change(store, [keys.file(fileId), usageKey], async (file, usage) => {
    if (file.value === null) return { result: undefined };
    const { size, store } = file.value;
    await blobsOf(store).erase(fileId, size);
    const bytes = Math.max(0, (usage.value?.bytes ?? 0) - size);
    return {
      result: undefined,
      write: {
        set: bytes === 0 ? [] : [put(usageKey, { bytes })],
        delete: [file.key, keys.upload(fileId), ...(bytes === 0 ? [usageKey] : [])],
      },
      proof: "repeatable",
    };
  });
  return changed ? 1 : 0;
}

/** Does not call a store of files again that has failed for a minute in all: each further file might take as long. */
export function patient(blobsOf: EraserOf, clock: Clock): EraserOf {
  const failed = new Map<FileStore, { ms: number; error: unknown }>();
  return (store) => ({
    async erase(fileId, size) {
      const { ms, error } = failed.get(store) ?? { ms: 0, error: undefined };
      if (ms > PATIENCE_MS) throw error;
      const begun = clock.elapsed();
      try {
        await blobsOf(store).erase(fileId, size);
      } catch (error) {
        failed.set(store, { ms: ms + clock.elapsed() - begun, error });
        throw error;
      }
    },
  });
}

/** Uploads that never became a message: each is marked as gone in the atomic that makes its job, so that no send takes it. */
export async function sweepUploads(kv: Kv, now: number): Promise<number> {
  let removed = 0;
  for await (const { key, value } of entriesOf(kv, ranges.uploads(), SLICE)) {
    if (value.expires_at >= now) continue;
    const fileId = String(key.at(-1));
    const file = await kv.get(keys.file(fileId));
    const isLoose = file.value?.state === "uploading" || file.value?.state === "uploaded";
    const gone: Put[] = file.value === null || !isLoose
      ? []
      : [put(keys.file(fileId), { ...file.value, state: "gone" }), eraseFileJob(fileId)];
    // checked: one that is sent at this moment stays
    const done = await kv.commit({
      checks: [{ key: file.key, versionstamp: file.versionstamp }],
      set: gone,
      delete: [key],
    });
    if (done !== null) removed++;
  }
  return removed;
}
