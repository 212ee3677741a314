/** What `deno task admin` asks the running server over its Unix socket: one line of JSON, answered by one. */
import * as v from "valibot";
import type { Config } from "../../base/config/config.ts";
import { storeKind } from "../../base/config/store_kind.ts";
import { COMMAND_NAMES } from "./commands.ts";

const MAX_REQUEST_BYTES = 65_536;
/** A page of the audit log, each entry with a reason and a topic of the most that these may have, is 200 KiB. */
const MAX_ANSWER_BYTES = 1_048_576;

const text = v.pipe(v.string("must be a text"), v.maxLength(300, "must have at most 300 characters"));

/**
 * The shape of a request. The commands themselves check ranges, and which options each takes: their errors say what is
 * allowed.
 */
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

/** `text` is for the terminal; where `ok` is false it says what to do. */
const adminAnswer = v.object({ ok: v.boolean(), text: v.string() });
export type AdminAnswer = v.InferOutput<typeof adminAnswer>;

/**
 * The path of the server's socket for this database: beside the database file, with the same name
 * (DATA_DIR/parley.sock), so that the file's lock protects the socket too. undefined: such a store has no socket.
 */
export function adminSocketPath(config: Pick<Config, "kvPath" | "hosted">): string | undefined {
  const { kvPath, hosted } = config;
  if (hosted || storeKind(kvPath) !== "file") return undefined;
  return `${kvPath.replace(/\.db$/, "")}.sock`;
}

export function readRequest(conn: Deno.Conn): Promise<string> {
  return readLine(conn, MAX_REQUEST_BYTES);
}

export async function readAnswer(conn: Deno.Conn): Promise<AdminAnswer> {
  return v.parse(adminAnswer, JSON.parse(await readLine(conn, MAX_ANSWER_BYTES)));
}

/** Reads one line. Rejects when it is too long, or when the connection ends before it is complete. */
async function readLine(conn: Deno.Conn, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  let text = "";
  let bytes = 0;
  for (;;) {
    const n = await conn.read(buffer);
    if (n === null) throw new Error("the connection ended before a whole line came");
    bytes += n;
    if (bytes > maxBytes) throw new Error(`a line has at most ${maxBytes} bytes`);
    const end = buffer.subarray(0, n).indexOf(10);
    text += decoder.decode(buffer.subarray(0, end < 0 ? n : end), { stream: end < 0 });
    if (end >= 0) return text;
  }
}

export async function writeLine(conn: Deno.Conn, value: AdminRequest | AdminAnswer): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}
