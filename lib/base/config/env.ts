/** Where the settings come from: an optional `.env` under the real environment. */
import { messageOf } from "../errors.ts";
import { parseEnv } from "node:util";
import { ConfigError } from "./config.ts";
import { HOSTED_DATABASE } from "./hosted_database.ts";
import { SETTINGS } from "./settings.ts";

/** For main.ts: what `.env` holds, and over it what the process was started with. Only known names are taken. */
export function readEnv(
  file = ".env",
  real: { get(name: string): string | undefined } = Deno.env,
): Record<string, string> {
  const fromFile = readDotEnv(file);
  const env: Record<string, string> = {};
  for (const name of [...Object.keys(SETTINGS), "DENO_DEPLOYMENT_ID", "OTEL_DENO", ...HOSTED_DATABASE]) {
    const value = real.get(name) ?? fromFile[name];
    if (value !== undefined) env[name] = value;
  }
  // the C library has read it when the process began: what .env says comes too late
  const trim = real.get("MALLOC_TRIM_THRESHOLD_");
  if (trim !== undefined) env["MALLOC_TRIM_THRESHOLD_"] = trim;
  return env;
}

/** The token of a KV Connect server, under the platform's own name for it. */
export function kvAccessToken(): string {
  return Deno.env.get("DENO_KV_ACCESS_TOKEN") ?? "";
}

/** The password of a PostgreSQL store that is not in its URL. Throws where KV_PASSWORD_FILE names no file that may be read. */
export function postgresPassword(): string {
  const file = Deno.env.get("KV_PASSWORD_FILE") ?? "";
  return file === "" ? Deno.env.get("PGPASSWORD") ?? "" : Deno.readTextFileSync(file).replace(/\r?\n$/, "");
}

function readDotEnv(file: string): Record<string, string | undefined> {
  try {
    return { ...parseEnv(Deno.readTextFileSync(file)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    const why = messageOf(error);
    throw new ConfigError([{ name: file, value: `(${why})`, allowed: "a file that may be read, or absent" }]);
  }
}
