/**
 * What a failure of the server means for a call. SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
import { ChatError, messageOf } from "../../base/errors.ts";
import { LastingFailure } from "../store_error.ts";
import { TABLE, TOO_LATE, WRONG_ISOLATION } from "./schema.ts";

/** An error that the server sent. An error without a SQLSTATE is a failure of the connection instead. */
export interface ServerError {
  code: string;
  severity: string;
  message: string;
}

export function serverError(error: unknown): ServerError | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  const { code, severity, message } = error;
  if (typeof code !== "string" || typeof severity !== "string") return undefined;
  return { code, severity, message };
}

/** The commit has certainly not happened and may be repeated at once: a deadlock, or a lock that took too long. */
export function isUndone({ code, severity }: ServerError): boolean {
  return severity === "ERROR" && ["40001", "40P01", "55P03", TOO_LATE].includes(code);
}

/** The connection cannot be used any more: its server is stopping, or has become a standby. */
export function isGone({ code, severity }: ServerError): boolean {
  return severity !== "ERROR" || code.startsWith("57P") || code.startsWith("08") || code === "25006" ||
    code === TOO_LATE;
}

/**
 * Why every further try would fail too, in words for an operator; undefined where a later try, or another host, may
 * succeed.
 */
export function lasting(error: unknown, user: string, database: string): string | undefined {
  const said = serverError(error);
  if (said === undefined) return certificateFault(error);
  const { code, message } = said;
  if (code === "28P01" || code === "28000") {
    return `the server refuses the user ${user} (${message}): check the user in KV_URL, and the password there, in ` +
      "PGPASSWORD or in KV_PASSWORD_FILE; or the server's pg_hba.conf does not let this machine in";
  }
  if (code === "3D000") return `the server has no database ${database}: make it with CREATE DATABASE`;
  if (code === "42501") return rightsFault(user, database, message);
  if (code === "42P01" || code === "42883") {
    return `the database ${database} has lost the table ${TABLE} or its function: restore it from a backup`;
  }
  if (code === WRONG_ISOLATION) {
    return `default_transaction_isolation of the user ${user} is not "read committed": set it with ALTER ROLE ${user} ` +
      "SET default_transaction_isolation = 'read committed'";
  }
  return undefined;
}

/** The error that a failed call throws. After a failed commit the outcome is unknown. */
export function storeFailure(error: unknown, user: string, database: string): Error {
  const always = error instanceof LastingFailure ? error.message : lasting(error, user, database);
  const code = serverError(error)?.code ?? "";
  if (always !== undefined) {
    return unavailable(`The store cannot be used: ${always}. Nothing was lost; try again later.`, 5);
  }
  if (code === "53100") {
    const message =
      "The database's disk is full: nothing can be written until its operator mends that. Reading still " +
      "works. Try again later.";
    return unavailable(message, 5);
  }
  if (code === "53200") {
    const message = `The database server is out of memory or locks (${messageOf(error)}): its operator may raise ` +
      "max_locks_per_transaction. Try again later.";
    return unavailable(message, 5);
  }
  if (code === "53300") {
    const message =
      "The database server has no connection left: its operator may raise max_connections. Try again soon.";
    return unavailable(message, 2);
  }
  if (code === "25006") {
    return unavailable(
      "The database accepts no writes at the moment: it is a standby, or read-only. Try again soon.",
      2,
    );
  }
  // the caller's mistake: the same call would fail again
  if (/^(?:22|42|54)/.test(code)) return new TypeError(messageOf(error));
  return unavailable(`The store did not answer (${messageOf(error)}). Nothing was lost; try again soon.`, 1);
}

export function unavailable(message: string, retryAfter: number): ChatError {
  return new ChatError("storage_unavailable", message, { retryAfter });
}

function rightsFault(user: string, database: string, message: string): string {
  return `the user ${user} may not use or make the table ${TABLE} in the database ${database} (${message}). As the ` +
    `owner of the database run: GRANT USAGE, CREATE ON SCHEMA public TO ${user}; and where another user made the ` +
    `table: ALTER TABLE ${TABLE} OWNER TO ${user}`;
}

function certificateFault(error: unknown): string | undefined {
  const why = messageOf(error);
  if (!/certificate|self.signed|UnknownIssuer|altname|NotValidForName/i.test(why)) return undefined;
  return `the server's certificate is not accepted (${why}): name the file of its authority in KV_URL ` +
    "(sslrootcert=FILE), and the host as the certificate has it";
}
