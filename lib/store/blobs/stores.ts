/** The stores of files that this server has, by what their records say. */
import type { Config } from "../../base/config/config.ts";
import { ChatError } from "../../base/errors.ts";
import { KvBlobs } from "./blobs.ts";
import type { BlobsOf } from "./erase_files.ts";
import type { Kv } from "../kv.ts";
import { S3Blobs } from "./s3.ts";

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
