/**
 * The database has one table, of keys and values, and one function, which commits. The function's name has a version
 * in it, so that two versions of the server may use one database; a change of the function is a new name.
 *
 * How a commit keeps its checks at READ COMMITTED, where each statement of the function sees what was committed before it:
 * 1. It locks the rows of all keys that it checks, sets or deletes, as far as they are there, in the order of the keys.
 * 2. It compares the stamps of the keys that it checks. A locked row cannot change any more.
 * 3. A key that is absent has no row to lock. So whoever checks that a key is absent takes a lock on the key's slot alone,
 *    and whoever may create it shares that lock; in the order of the slots. Without this two commits that each check one
 *    key to be absent and create the other would both succeed (write skew).
 * 4. It compares once more where it waited for such a lock.
 * A guarded key (`absent`) needs no slot: whoever creates it changes a row that step 1 has locked.
 * Rows come before slots, since somebody may hold a row for longer: slots first would deadlock.
 * There are 1,024 slots, so that a commit of a thousand keys cannot fill the server's table of locks.
 *
 * Stamps are random, never numbers of a sequence: after a failover that lost commits a sequence gives the same numbers to
 * other commits, and a stamp that a client still remembers would pass a check that must fail (ABA).
 *
 * A frozen server may begin a commit long after the client gave up on it. Such a commit must not overwrite newer values. So
 * it has a deadline by the server's own clock, and waits for a lock for a few seconds at most.
 */
export const TABLE = "parley_kv";
export const COMMIT = "parley_commit_2";

/** Our own SQLSTATE (class PL is unused): the deadline has passed and nothing was written. */
export const TOO_LATE = "PL001";
/** The session has another isolation level, at which this function would be wrong. */
export const WRONG_ISOLATION = "PL002";

export const CREATE_TABLE = `
CREATE TABLE IF NOT EXISTS ${TABLE} (
  k bytea PRIMARY KEY,
  e smallint NOT NULL,
  v bytea NOT NULL,
  s uuid NOT NULL
)`;

/**
 * Advisory locks have two numbers: the first is ours, "PARL" as a number, so that other programs do not share our
 * locks.
 */
const LOCKS = 0x50_41_52_4c;
const SLOT = (key: string) => `hashtext(encode(${key}, 'hex')) & 1023`;

/** Sequential scans are off: for a small table the planner would choose one, and keep that plan while the table grows. */
export const CREATE_COMMIT = `
CREATE OR REPLACE FUNCTION ${COMMIT}(
  deadline double precision, checked bytea[], stamps uuid[], absent bytea[], keys bytea[], kinds smallint[], vals bytea[],
  gone bytea[], OUT stamp uuid, OUT failed text
) LANGUAGE plpgsql
SET lock_timeout = '3s'
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
  fresh uuid := gen_random_uuid();
  present bytea[];
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the isolation level is not read committed' USING ERRCODE = '${WRONG_ISOLATION}';
  END IF;
  IF extract(epoch FROM clock_timestamp()) > deadline THEN
    RAISE EXCEPTION 'the commit comes too late' USING ERRCODE = '${TOO_LATE}';
  END IF;
  SELECT array_agg(t.k) INTO present FROM (
    SELECT k FROM ${TABLE} WHERE k = ANY (checked || keys || gone) ORDER BY k FOR UPDATE
  ) t;
  SELECT string_agg(encode(c.k, 'hex'), ',') INTO failed
  FROM unnest(checked, stamps) AS c(k, s) LEFT JOIN ${TABLE} t ON t.k = c.k WHERE t.s IS DISTINCT FROM c.s;
  IF failed IS NOT NULL THEN RETURN; END IF;
  SELECT string_agg(encode(k, 'hex'), ',') INTO failed FROM ${TABLE} WHERE k = ANY (absent);
  IF failed IS NOT NULL THEN RETURN; END IF;
  PERFORM CASE WHEN l.alone THEN pg_advisory_xact_lock(${LOCKS}, l.slot)
               ELSE pg_advisory_xact_lock_shared(${LOCKS}, l.slot) END
  FROM (
    SELECT u.slot, bool_or(u.alone) AS alone FROM (
      SELECT ${SLOT("c.k")} AS slot, true AS alone FROM unnest(checked, stamps) AS c(k, s) WHERE c.s IS NULL
      UNION ALL
      SELECT ${SLOT("n.k")}, false FROM unnest(keys) AS n(k) WHERE n.k NOT IN (SELECT unnest(present || absent))
    ) u GROUP BY u.slot ORDER BY u.slot OFFSET 0
  ) l;
  SELECT string_agg(encode(c.k, 'hex'), ',') INTO failed
  FROM unnest(checked, stamps) AS c(k, s) JOIN ${TABLE} t ON t.k = c.k WHERE c.s IS NULL;
  IF failed IS NOT NULL THEN RETURN; END IF;
  DELETE FROM ${TABLE} WHERE k = ANY (gone);
  INSERT INTO ${TABLE} AS t (k, e, v, s) SELECT n.k, n.e, n.v, fresh FROM unnest(keys, kinds, vals) AS n(k, e, v)
  ON CONFLICT (k) DO UPDATE SET e = excluded.e, v = excluded.v, s = excluded.s;
  stamp := fresh;
END $$`;

export interface Statement {
  /** The name of the prepared statement, where no pooler is in between. */
  name: string;
  text: string;
}

export const READ: Statement = {
  name: "parley_read",
  text: `SELECT n.i, t.e, t.v, t.s FROM unnest($1::bytea[]) WITH ORDINALITY AS n(k, i) JOIN ${TABLE} t ON t.k = n.k`,
};

export const LIST: Statement = {
  name: "parley_list",
  text: `SELECT k, e, v, s FROM ${TABLE} WHERE k >= $1::bytea AND k < $2::bytea ORDER BY k LIMIT $3::int`,
};

export const LIST_BACKWARDS: Statement = {
  name: "parley_list_backwards",
  text: `SELECT k, e, v, s FROM ${TABLE} WHERE k >= $1::bytea AND k < $2::bytea ORDER BY k DESC LIMIT $3::int`,
};

/**
 * The answer has the keys whose checks failed, in hexadecimal, and the server's time: every process takes it as the
 * store's time.
 */
export const COMMIT_CALL: Statement = {
  name: "parley_commit",
  text: `SELECT c.stamp, c.failed, extract(epoch FROM clock_timestamp())::float8 FROM ${COMMIT}(
    $1::float8, $2::bytea[], $3::uuid[], $4::bytea[], $5::bytea[], $6::smallint[], $7::bytea[], $8::bytea[]) c`,
};

export const HELLO: Statement = {
  name: "",
  text: `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,
    current_setting('server_version_num')::int, current_setting('bytea_output'), current_setting('plan_cache_mode'),
    extract(epoch FROM clock_timestamp())::float8, version()`,
};
