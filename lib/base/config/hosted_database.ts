/**
 * The PostgreSQL database that is assigned to an app on Deno Deploy: the platform says where it is in variables of libpq
 * (https://docs.deno.com/deploy/reference/databases/).
 */
export const HOSTED_DATABASE = ["DATABASE_URL", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSSLMODE"] as const;

/** Its URL; undefined where none is assigned. The password may be in PGPASSWORD alone. */
export function hostedDatabase(env: Record<string, string>): string | undefined {
  const url = env["DATABASE_URL"] ?? "";
  if (/^postgres(?:ql)?:\/\//.test(url)) return checkedMode(url);
  const { PGHOST = "", PGPORT = "", PGDATABASE = "", PGUSER = "", PGSSLMODE = "" } = env;
  if (PGHOST === "" || PGUSER === "") return undefined;
  const host = PGHOST.includes(":") ? `[${PGHOST}]` : PGHOST;
  const path = `${host}${PGPORT === "" ? "" : `:${PGPORT}`}/${encodeURIComponent(PGDATABASE || PGUSER)}`;
  const mode = PGSSLMODE === "" ? "" : `?sslmode=${PGSSLMODE}`;
  return checkedMode(`postgres://${encodeURIComponent(PGUSER)}@${path}${mode}`);
}

/** Removes an sslmode that may fall back to plain text: the default then verifies the server. */
function checkedMode(url: string): string {
  return url.replace(
    /([?&])sslmode=(?:prefer|allow)(&|$)/,
    (_, before: string, after: string) => after === "" ? "" : before,
  );
}
