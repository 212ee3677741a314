import type { FileInfo } from "./model.ts";

/** What a message says of it. */
export function fileInfo({ id, name, type, size, width, height }: FileInfo): FileInfo {
  return {
    id,
    name,
    type,
    size,
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}
