/** Structured logs: one line each, whatever the input. */
export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Of a message or a field. */
const MAX_LENGTH = 8_000;
/** A line that repeats within this time is counted instead of written. */
const QUIET_MS = 10_000;
const REMEMBERED_LINES = 200;

const ORDER: LogLevel[] = ["debug", "info", "warn", "error"];

/** `write` gets one line without its end. */
export function makeLog(
  options: { level: LogLevel; format: "text" | "json" },
  write: (line: string) => void = (line) => console.log(line),
): Log {
  const least = ORDER.indexOf(options.level);
  const repeats = new Repeats();
  const at = (level: LogLevel) => (message: string, given: LogFields = {}) => {
    if (ORDER.indexOf(level) < least) return;
    // a failure of the server itself, not of one request
    const isOwn = given["error"] !== undefined && given["request_id"] === undefined;
    const repeated = isOwn ? repeats.count(`${message}\n${given["error"]}`) : 0;
    if (repeated === undefined) return;
    const fields = repeated === 0 ? given : { ...given, repeated };
    const time = new Date().toISOString();
    write(
      options.format === "json"
        ? oneLine(JSON.stringify({ ...mapped(fields), time, level, message: cut(message) }))
        : `${time} ${level} ${oneLine(cut(message))}${textFields(fields)}`,
    );
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/**
 * Suppresses repeated lines, so that a permanent failure, such as one a second while the store is away, does not fill
 * the disk.
 */
class Repeats {
  readonly #said = new Map<string, { at: number; suppressed: number }>();

  /** How often the line was suppressed since it was last written; undefined where it is suppressed now. */
  count(line: string): number | undefined {
    const now = performance.now();
    const last = this.#said.get(line);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.suppressed++;
      return undefined;
    }
    this.#said.delete(line);
    this.#said.set(line, { at: now, suppressed: 0 });
    if (this.#said.size > REMEMBERED_LINES) { for (const oldest of this.#said.keys()) return this.#forget(oldest); }
    return last?.suppressed ?? 0;
  }

  #forget(line: string): number {
    this.#said.delete(line);
    return 0;
  }
}

function textFields(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${oneLine(JSON.stringify(typeof value === "string" ? cut(value) : value))}`)
    .join("");
}

function mapped(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? cut(value) : value]),
  );
}

/**
 * Escapes characters that would end the line: JSON leaves some of them as they are, and some log readers split lines
 * there.
 */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are just what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Cuts a long text: input from outside must not fill the disk. */
function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

/** For tests and tools that want silence. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
