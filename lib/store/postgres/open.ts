/** Opens a store on PostgreSQL, and makes its table and function where they are missing. */
import type { Clock } from "../../base/clock.ts";
import { postgresPassword } from "../../base/config/env.ts";
import { parsePostgresUrl } from "../../base/config/postgres_url.ts";
import { messageOf } from "../../base/errors.ts";
import type { Kv } from "../kv.ts";
import { LastingFailure } from "../store_error.ts";
import { lasting, serverError } from "./failures.ts";
import { Link, type LinkOptions, loadDriver, type Shared } from "./link.ts";
import { PostgresKv } from "./postgres_kv.ts";
import { COMMIT, CREATE_COMMIT, CREATE_TABLE, TABLE } from "./schema.ts";

const SCHEMA_MS = 10_000;
/** This advisory lock makes servers that start together on an empty database create the table one after another. */
const MAKING = 0x50_41_52_4d;

export interface OpenPostgresOptions {
  url: string;
  clock: Clock;
  callMs: number;
  onTime?: ((storeTime: number, tripMs: number) => void) | undefined;
}

/** Rejects with a LastingFailure where another try would not help. */
export async function openPostgres({ url, clock, callMs, onTime = () => {} }: OpenPostgresOptions): Promise<Kv> {
  const options = await linkOptions(url, clock, onTime);
  const shared: Shared = { host: 0, pooled: false };
  const link = await Link.open(options, shared);
  try {
    await ensureSchema(link, options);
  } finally {
    link.close();
  }
  return new PostgresKv({ ...options, callMs }, shared);
}

export async function linkOptions(
  text: string,
  clock: Clock,
  onTime: LinkOptions["onTime"] = () => {},
): Promise<LinkOptions> {
  const url = parsePostgresUrl(text);
  if (typeof url === "string") throw new LastingFailure(`the URL has to be one ${url}`);
  return {
    driver: await loadDriver(),
    url,
    // an empty password, because without any the driver looks for a password file
    password: url.password ?? fileOrFailure("KV_PASSWORD_FILE", postgresPassword),
    authorities: url.sslRootCert === undefined
      ? undefined
      : fileOrFailure("sslrootcert", () => Deno.readTextFileSync(url.sslRootCert ?? "")),
    clock,
    onTime,
  };
}

function fileOrFailure(name: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new LastingFailure(`the file of ${name} cannot be read: ${messageOf(error)}`);
  }
}

async function ensureSchema(link: Link, { url: { user, database } }: LinkOptions): Promise<void> {
  const ask = (text: string) => link.run({ name: "", text }, [], SCHEMA_MS);
  try {
    const there = `SELECT to_regclass('${TABLE}') IS NOT NULL AND to_regproc('${COMMIT}') IS NOT NULL`;
    if ((await ask(there))[0]?.[0] === "t") return;
    await ask(`DO $make$ BEGIN
      PERFORM pg_advisory_xact_lock(${MAKING});
      EXECUTE $table$${CREATE_TABLE}$table$;
      EXECUTE $function$${CREATE_COMMIT}$function$;
    END $make$`);
  } catch (error) {
    const why = lasting(error, user, database);
    throw why === undefined || serverError(error) === undefined ? error : new LastingFailure(why);
  }
}
