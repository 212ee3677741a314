/** A file as an answer: whole, a range of it, or 304 Not Modified (RFC 9110, 13 and 14). */
import { INLINE_TYPES } from "../chat/files/file_types.ts";
import type { OpenFile } from "../chat/files/files.ts";
import type { FileInfo } from "../protocol/model.ts";

type Headers_ = [name: string, value: string][];

export type FileAnswer =
  | { status: 200 | 206; body: ReadableStream<Uint8Array<ArrayBuffer>>; headers: Headers_ }
  | { status: 304 | 416; body: null; headers: Headers_ };

export interface Serving {
  /** How long browsers cache it: for ever where access never changes, else a day (what was seen cannot be unseen). */
  maxAge: number;
  download: boolean;
  /** Counts a download; the function that it returns is called at the download's end. Throws where too many run. */
  begin(): () => void;
}

/** Answers with a file. A file's content never changes, so its id is its ETag. */
export async function fileAnswer(
  request: Request,
  { file, read }: OpenFile,
  { maxAge, download, begin }: Serving,
): Promise<FileAnswer> {
  const etag = `"${file.id}"`;
  const headers: Headers_ = [
    ["etag", etag],
    ["cache-control", `private, max-age=${maxAge}, immutable`],
    // one browser's cache may serve several people, one after the other
    ["vary", "cookie, authorization"],
    ["accept-ranges", "bytes"],
    // nothing in the file runs or loads, whatever its type
    ["content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"],
  ];
  if (hasTag(request.headers.get("if-none-match"), etag)) return { status: 304, body: null, headers };
  const range = wantedRange(request.headers, etag, file.size);
  if (range === "unsatisfiable") {
    return { status: 416, body: null, headers: [...headers, ["content-range", `bytes */${file.size}`]] };
  }
  const { start, end } = range ?? { start: 0, end: file.size };
  headers.push(
    ["content-type", INLINE_TYPES.has(file.type) ? file.type : safeType(file.type)],
    ["content-disposition", disposition(file, download)],
    ["content-length", String(end - start)],
  );
  if (range !== undefined) headers.push(["content-range", `bytes ${start}-${end - 1}/${file.size}`]);
  const body = request.method === "HEAD" ? new ReadableStream() : await begun(read(start, end), begin());
  return { status: range === undefined ? 200 : 206, body, headers };
}

/** Waits for the first chunk: where the store is unavailable the answer is an error, not a body that breaks off. */
async function begun(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  ended: () => void,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const pieces = bytes[Symbol.asyncIterator]();
  let next: IteratorResult<Uint8Array<ArrayBuffer>> | undefined = await orEnded(() => pieces.next(), ended);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = next ?? await orEnded(() => pieces.next(), ended);
      next = undefined;
      if (done !== true) return controller.enqueue(value);
      ended();
      controller.close();
    },
    async cancel() {
      ended();
      await pieces.return?.();
    },
  }, { highWaterMark: 0 });
}

async function orEnded<T>(run: () => Promise<T>, ended: () => void): Promise<T> {
  try {
    return await run();
  } catch (error) {
    ended();
    throw error;
  }
}

/** The Content-Type. Text is declared as UTF-8, so that no browser guesses its encoding. */
function safeType(type: string): string {
  return type === "text/plain" ? "text/plain; charset=utf-8" : type;
}

/** Images that browsers show are shown; everything else is a download. RFC 6266 and RFC 8187. */
function disposition({ name, type }: FileInfo, download: boolean): string {
  const how = INLINE_TYPES.has(type) && !download ? "inline" : "attachment";
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Whether the header names the ETag: by weak comparison, as If-None-Match requires. */
function hasTag(header: string | null, etag: string): boolean {
  return header !== null && header.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}

interface Range {
  start: number;
  /** Exclusive. */
  end: number;
}

/** undefined: the whole file. A Range header that is not one range of bytes is ignored, as RFC 9110 allows. */
export function wantedRange(headers: Headers, etag: string, size: number): Range | "unsatisfiable" | undefined {
  const condition = headers.get("if-range");
  if (condition !== null && condition.trim() !== etag) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get("range")?.trim() ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}
