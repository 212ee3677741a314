/** What `deno task admin` asks the running server over its Unix socket: one line of JSON, answered by one. */
import * as v from "valibot";
import { type Config, PLATFORM_STORE } from "../config.ts";
import { COMMAND_NAMES } from "./commands.ts";

export const MAX_LINE_BYTES = 65_536;

const text = v.pipe(v.string("must be a text"), v.maxLength(300, "must have at most 300 characters"));

/** Ranges, and which command takes what, are the commands' to check: they say what is allowed. */
export const adminRequest = v.strictObject({
  command: v.picklist(COMMAND_NAMES),
  argument: v.optional(v.pipe(v.string("must be a text"), v.maxLength(64, "must have at most 64 characters"))),
  after: v.optional(text),
  uses: v.optional(v.number("must be a number")),
  days: v.optional(v.number("must be a number")),
  reason: v.optional(text),
  erase: v.optional(v.boolean("must be true or false")),
});
export type AdminRequest = v.InferOutput<typeof adminRequest>;

/** `text` is for the terminal; where it is not ok it says what to do. */
export const adminAnswer = v.object({ ok: v.boolean(), text: v.string() });
export type AdminAnswer = v.InferOutput<typeof adminAnswer>;

/**
 * Where the socket of the server on this database is: beside its file, under its name (DATA_DIR/parley.sock), so that
 * the file's lock covers the socket too. undefined: there is none.
 */
export function adminSocketPath(config: Pick<Config, "kvPath" | "hosted">): string | undefined {
  const { kvPath, hosted } = config;
  if (hosted || kvPath === PLATFORM_STORE || kvPath === ":memory:" || /^https?:/.test(kvPath)) return undefined;
  return `${kvPath.replace(/\.db$/, "")}.sock`;
}

/** The first line that comes. Rejects when it is too long, or when the other side ends before it. */
export async function readLine(conn: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  let text = "";
  let bytes = 0;
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null) throw new Error("the connection ended before a whole line came");
    bytes += n;
    if (bytes > MAX_LINE_BYTES) throw new Error(`a line has at most ${MAX_LINE_BYTES} bytes`);
    text += decoder.decode(buffer.subarray(0, n), { stream: true });
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
}

export async function writeLine(conn: Deno.Conn, value: AdminRequest | AdminAnswer): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}
