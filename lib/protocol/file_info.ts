import type { FileInfo } from "./model.ts";

/** The fields of a file that its message carries. */
export function fileInfo({ id, name, type, size, width, height }: FileInfo): FileInfo {
  return {
    id,
    name,
    type,
    size,
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}
