/** The stores of files that this server has, by what their records say. */
import type { Config } from "../config.ts";
import { ChatError } from "../errors.ts";
import { KvBlobs } from "../kv/blobs.ts";
import type { BlobsOf } from "../kv/files.ts";
import type { Kv } from "../kv/kv.ts";
import { S3Blobs } from "./blobs.ts";

export function makeBlobs(kv: Kv, { s3 }: Pick<Config, "s3">): BlobsOf {
  const inKv = new KvBlobs(kv);
  const inBucket = s3 === undefined ? undefined : new S3Blobs(s3);
  return (store) => {
    if (store === "kv") return inKv;
    if (inBucket !== undefined) return inBucket;
    throw new ChatError(
      "storage_unavailable",
      "This file is in a bucket that the server has no settings for any more: its operator must set S3_ENDPOINT and the rest.",
    );
  };
}
