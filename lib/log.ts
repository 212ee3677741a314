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

const ORDER: LogLevel[] = ["debug", "info", "warn", "error"];

/** `write` gets one line without its end. */
export function makeLog(
  options: { level: LogLevel; format: "text" | "json" },
  write: (line: string) => void = (line) => console.log(line),
): Log {
  const least = ORDER.indexOf(options.level);
  const at = (level: LogLevel) => (message: string, fields: LogFields = {}) => {
    if (ORDER.indexOf(level) < least) return;
    const time = new Date().toISOString();
    write(
      options.format === "json"
        ? oneLine(JSON.stringify({ ...mapped(fields), time, level, message: cut(message) }))
        : `${time} ${level} ${oneLine(cut(message))}${textFields(fields)}`,
    );
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
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

/** JSON leaves some of these as they are, and some readers of lines end one there. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are just what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What came from outside must not fill the disk. */
function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

/** For tests and tools that want silence. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
