/**
 * Every key of the store, with the type of its value. No other file writes a key as a tuple literal.
 *
 * Nothing uses `expireIn`: records carry `expires_at`, and jobs (due.ts) remove records past that time.
 */
import type {
  Added,
  AuditRecord,
  ChangeRecord,
  ControlRecord,
  DraftRecord,
  FileRecord,
  FileUsage,
  HeadRecord,
  ItemRecord,
  MemberRecord,
  Pin,
  PushRecord,
  ReadRecord,
  ReportRecord,
  RoomCallRecord,
  RoomRecord,
  SentRecord,
  ServerRecord,
  SessionRecord,
  UserRecord,
} from "../protocol/model.ts";
import type { Settings } from "../protocol/settings.ts";
import type { DueKind, Ephemera, IndexRecord, Invitation, Job, Meta, NameClaim, Online, Turn } from "./records.ts";

export { DUE_KINDS } from "./records.ts";
export type * from "./records.ts";
export { OTHER_SHARD, shardOf, WAKE_SHARDS } from "./wake_shards.ts";

declare const value: unique symbol;
/** A key that remembers what type of value it holds. */
export type Key<T> = Deno.KvKey & { readonly [value]?: T };

/**
 * Every family of keys by its first part, and whether an export holds it (operate/data/export.ts), in the export's order. A family
 * that is not declared here does not compile.
 */
export const FAMILIES = {
  meta: { exported: false }, // an imported database has its own epoch
  migrating: { exported: false },
  secret: { exported: false },

  // accounts
  user: { exported: true },
  settings: { exported: true },
  username: { exported: true },
  to_join: { exported: true },
  first_admin: { exported: true },
  invitation: { exported: true },
  invited: { exported: true },
  server: { exported: true },
  server_picture: { exported: true },
  session: { exported: false },
  session_by_secret: { exported: false },
  control: { exported: false }, // about sessions
  control_head: { exported: false },
  probe: { exported: false },
  fence: { exported: false },
  lease: { exported: false },
  upkeep: { exported: false },
  audit: { exported: true },
  recovery: { exported: true },
  report: { exported: true },
  open_report: { exported: true },
  room_report: { exported: true },
  reported: { exported: true },
  attempts: { exported: false },

  // between processes
  wake: { exported: false },
  ephemera: { exported: false },
  presence: { exported: false },
  turn: { exported: false },

  // rooms
  member: { exported: true },
  joined: { exported: true },
  room_slots: { exported: false },
  read: { exported: true },

  block: { exported: true },

  // the log
  item: { exported: true },
  pins: { exported: true },
  change: { exported: true },
  // After the log's families, so that an export reads a floor that covers everything erased while it read the log.
  room: { exported: true },
  public_room: { exported: true },
  room_name: { exported: false }, // made anew from the rooms
  direct: { exported: true },
  head: { exported: true },
  unshown: { exported: false }, // made anew from the log
  unshown_sums: { exported: false }, // made anew from `unshown`
  revision: { exported: true },
  reaction: { exported: true },
  reacted: { exported: true },
  sent: { exported: false }, // idempotency keys are of a client's present outbox
  swept: { exported: false }, // about `sent`
  sent_until: { exported: false }, // like `sent`
  tidied: { exported: false },
  job: { exported: true }, // of processes from before `due`
  due: { exported: true },

  // files
  file: { exported: true },
  chunk: { exported: true },
  upload: { exported: true },
  file_usage: { exported: true },

  // mentions
  mention: { exported: true },
  mentioned: { exported: true },
  called: { exported: true },

  // a user's own
  bookmark: { exported: true },
  bookmarks: { exported: true },
  draft: { exported: true },
  push: { exported: false }, // of sessions
  push_endpoint: { exported: false },

  // the search index: made anew from the log
  indexed: { exported: false },
  index_tail: { exported: false },
  index: { exported: false },
} as const satisfies Record<string, { exported: boolean }>;
export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];

const key = <T>(family: Family, ...parts: Deno.KvKeyPart[]): Key<T> => [family, ...parts];

export const keys = {
  meta: () => key<Meta>("meta"),
  /** The lease of the process that brings the store to its schema (migrations.ts). */
  migrating: () => key<{ by: string; expires_at: number }>("migrating"),
  /** Secrets made at first start: "jwt" signs access tokens (32 random bytes, base64url). */
  secret: (name: "jwt") => key<string>("secret", name),
  /** The key pair that signs web push requests (VAPID). */
  vapid: () => key<{ publicKey: string; privateKey: string }>("secret", "vapid"),

  // accounts
  user: (userId: string) => key<UserRecord>("user", userId),
  /** The settings that a user changed; absent before the first change. Read with readSettings(). */
  settings: (userId: string) => key<Partial<Settings>>("settings", userId),
  /** Login name -> user id. */
  username: (username: string) => key<string>("username", username),
  /** Registered, but not yet in `general`: the next sign-in joins it. */
  toJoin: (userId: string) => key<true>("to_join", userId),
  /** The user id of the first account, the administrator; absent before that account exists. */
  firstAdmin: () => key<string>("first_admin"),
  invitation: (code: string) => key<Invitation>("invitation", code),
  /** The codes of a person's own invitations. */
  invited: (userId: string, code: string) => key<true>("invited", userId, code),
  /** The server's name, and who may come in; absent before anything was chosen. */
  server: () => key<ServerRecord>("server"),
  /** The bytes of the server's picture: small, so that one value holds them. */
  serverPicture: (id: string) => key<Uint8Array<ArrayBuffer>>("server_picture", id),
  /** The session itself; a `secret` key points to it. */
  session: (userId: string, sessionId: string) => key<SessionRecord>("session", userId, sessionId),
  /** SHA-256 of a cookie's or a refresh token's secret -> its session. */
  sessionBySecret: (hash: string) => key<{ user_id: string; session_id: string }>("session_by_secret", hash),
  /** The control log (D6b) and its head: the last entry's number. */
  control: (n: number) => key<ControlRecord>("control", n),
  controlHead: () => key<number>("control_head"),
  /** Blind writes to the platform's store check this key (fence.ts). Its value counts how often the fence was moved. */
  fence: () => key<number>("fence"),
  /** Written to test whether the store accepts writes. */
  probe: () => key<number>("probe"),
  /** Attempts counted over all isolates: sign-ins by account and address, registrations by address. */
  attempts: (what: string, who: string) => key<{ count: number; expires_at: number }>("attempts", what, who),

  /** The audit log, in the order of time (auditId). */
  audit: (id: string) => key<AuditRecord>("audit", id),

  /** By a recovery code's SHA-256; deleted once the code was used. */
  recovery: (userId: string, hash: string) => key<{ at: number }>("recovery", userId, hash),

  report: (id: string) => key<ReportRecord>("report", id),
  /** Open reports: over all rooms, by room and message, and by reporter and message. */
  openReport: (id: string) => key<true>("open_report", id),
  roomReport: (roomId: string, messageId: string, id: string) => key<true>("room_report", roomId, messageId, id),
  reported: (userId: string, roomId: string, messageId: string) => key<string>("reported", userId, roomId, messageId),

  // between processes (bus/kv_watch.ts)
  /** Set blind with every append to a room of the shard; shard 9 is for signals that are not about a room. */
  wake: (shard: number) => key<true>("wake", shard),
  /** A process's lease, and its ring of recent signals. */
  ephemera: (isolate: string) => key<Ephemera>("ephemera", isolate),
  /** A user with a socket in that isolate; valid while the isolate's lease is. */
  presence: (isolate: string, userId: string) => key<Online>("presence", isolate, userId),
  /** Present while several processes append to the room at once (log/room_turn.ts). */
  turn: (roomId: string) => key<Turn>("turn", roomId),

  // rooms
  room: (roomId: string) => key<RoomRecord>("room", roomId),
  publicRoom: (roomId: string) => key<true>("public_room", roomId),
  /** What a public room's name looks like (protocol/text/lookalike.ts) -> the room that has the name. */
  roomName: (likeness: string) => key<NameClaim>("room_name", likeness),
  /** The one direct conversation of a pair (ids sorted) -> room id. */
  direct: (a: string, b: string) => key<string>("direct", a, b),
  head: (roomId: string) => key<HeadRecord>("head", roomId),
  member: (roomId: string, userId: string) => key<MemberRecord>("member", roomId, userId),
  /** `true`: the user joined, or agreed to stay; otherwise the person who added them (chat/rooms/room_slots.ts). */
  joined: (userId: string, roomId: string) => key<true | Added>("joined", userId, roomId),
  /** Joins under way, each with the time at which its reservation expires (chat/rooms/room_slots.ts). */
  roomSlots: (userId: string) => key<Record<string, number>>("room_slots", userId),
  read: (userId: string, roomId: string) => key<ReadRecord>("read", userId, roomId),

  /** `userId` has blocked `otherId`; the value is the time of the block. */
  block: (userId: string, otherId: string) => key<number>("block", userId, otherId),

  // the log
  item: (roomId: string, seq: number) => key<ItemRecord>("item", roomId, seq),
  change: (roomId: string, seq: number) => key<ChangeRecord>("change", roomId, seq),
  /**
   * The message at this seq was deleted, so unread counts leave it out. Removed when the floor passes it, or with the
   * room.
   */
  unshown: (roomId: string, seq: number) => key<true>("unshown", roomId, seq),
  /** How many `unshown` keys the room has, by ranges of seqs; of a page of ranges each (store/unshown.ts). */
  unshownSums: (roomId: string, page: number) => key<number[]>("unshown_sums", roomId, page),
  revision: (roomId: string, seq: number, n: number) =>
    key<{ content: string; at: number }>("revision", roomId, seq, n),
  reaction: (roomId: string, seq: number, emoji: string, userId: string) =>
    key<number>("reaction", roomId, seq, emoji, userId),
  /** The user's own emoji on a message. */
  reacted: (roomId: string, userId: string, seq: number) => key<string[]>("reacted", roomId, userId, seq),
  sent: (roomId: string, userId: string, clientId: string) => key<SentRecord>("sent", roomId, userId, clientId),
  /** By expiry time: a `sent` key that outlives its message, because retention erased the message. */
  sentUntil: (expiresAt: number, roomId: string, userId: string, clientId: string) =>
    key<true>("sent_until", expiresAt, roomId, userId, clientId),
  /** The room's pinned messages, in the order of pinning; at most 50. */
  pins: (roomId: string) => key<Pin[]>("pins", roomId),
  /** The seq up to which the sweeper has removed `sent` keys. */
  swept: (roomId: string) => key<number>("swept", roomId),
  /** A message that mentions the user by name; the value is the time at which it was sent. */
  mention: (userId: string, roomId: string, seq: number) => key<number>("mention", userId, roomId, seq),
  /**
   * The user's last mention by name in a room. Where it is absent, or not after the read mark, no mentions are counted.
   */
  mentioned: (userId: string, roomId: string) => key<{ seq: number; at: number }>("mentioned", userId, roomId),
  /** The last messages that call everybody in a room, oldest first; `head.called` is the newest. */
  called: (roomId: string) => key<RoomCallRecord[]>("called", roomId),
  /** A message that the user saved; the value is the time at which they saved it. */
  bookmark: (userId: string, roomId: string, messageId: string) => key<number>("bookmark", userId, roomId, messageId),
  /** How many messages the user has saved, and when the last one. */
  bookmarks: (userId: string) => key<{ count: number; at: number }>("bookmarks", userId),
  /** The user's unsent text in a room. */
  draft: (userId: string, roomId: string) => key<DraftRecord>("draft", userId, roomId),
  /** The web push subscription of a session's browser. */
  push: (userId: string, sessionId: string) => key<PushRecord>("push", userId, sessionId),
  /** SHA-256 of a push endpoint -> the session that owns it. Two accounts in one browser share one endpoint. */
  pushEndpoint: (hash: string) => key<{ user_id: string; session_id: string }>("push_endpoint", hash),
  /**
   * When the last round of tidying began (tidy.ts). `next`: the key after which it continues; absent once it is
   * finished.
   */
  tidied: () => key<{ at: number; next?: Deno.KvKey }>("tidied"),
  /** A durable job that a version without `due` keys wrote; it becomes a due key (store/due.ts). */
  job: (id: string) => key<Job>("job", id),
  /** A durable job, by the time at which it is due (store/due.ts); 0: as soon as possible. */
  due: (kind: DueKind, at: number, id: string) => key<Job>("due", kind, at, id),
  /** The process that runs the due jobs of a kind. It rewrites the record while it works (store/lease.ts). */
  lease: (kind: DueKind) => key<{ by: string; n: number }>("lease", kind),
  /** The settings that the due times were computed from (upkeep/upkeep.ts). */
  upkeep: () => key<{ retention_days: number }>("upkeep"),

  // files
  file: (fileId: string) => key<FileRecord>("file", fileId),
  /** A file's bytes, 60 KiB each but the last (store/blobs/blobs.ts). */
  chunk: (fileId: string, n: number) => key<Uint8Array<ArrayBuffer>>("chunk", fileId, n),
  /**
   * Present until the file belongs to a message or a profile. Once this has expired the sweeper removes it and the
   * file.
   */
  upload: (fileId: string) => key<{ expires_at: number }>("upload", fileId),
  fileUsage: (userId: string) => key<FileUsage>("file_usage", userId),

  // the search index (lib/chat/search)
  /** The seq up to which a room is indexed, and its segments. */
  indexed: (roomId: string) => key<IndexRecord>("indexed", roomId),
  /** A page of entries that are too few for a segment. */
  indexTail: (roomId: string) => key<Uint8Array>("index_tail", roomId),
  /** n = 0: the page that begins with this token; n > 0: a further chunk of the token's list. */
  indexPage: (roomId: string, segment: string, token: string, n: number) =>
    key<Uint8Array>("index", roomId, segment, token, n),
};

/** The key ranges that are listed. `start` and `end` are seqs, end exclusive. */
export const ranges = {
  items: (roomId: string, start: number, end: number): Range<ItemRecord> => ({
    start: keys.item(roomId, start),
    end: keys.item(roomId, end),
  }),
  changes: (roomId: string, start: number, end: number): Range<ChangeRecord> => ({
    start: keys.change(roomId, start),
    end: keys.change(roomId, end),
  }),
  unshown: (roomId: string, start: number, end = Number.MAX_SAFE_INTEGER): Range<true> => ({
    start: keys.unshown(roomId, start),
    end: keys.unshown(roomId, end),
  }),
  unshownSums: (roomId: string, start: number, end: number): Range<number[]> => ({
    start: keys.unshownSums(roomId, start),
    end: keys.unshownSums(roomId, end),
  }),
  control: (after: number): Range<ControlRecord> => ({
    start: keys.control(after + 1),
    end: keys.control(Number.MAX_SAFE_INTEGER),
  }),
  members: (roomId: string, after = ""): Range<MemberRecord> => within(key("member", roomId), after),
  joined: (userId: string): Range<true | Added> => within(key("joined", userId)),
  allJoined: (): Range<true | Added> => within(key("joined")),
  publicRooms: (after = ""): Range<true> => within(key("public_room"), after),
  /** Login names from `from` on, in their order. */
  usernames: (from = ""): Range<string> => ({ prefix: key("username"), start: keys.username(from) }),
  invitations: (after = ""): Range<Invitation> => within(key("invitation"), after),
  invited: (userId: string): Range<true> => within(key("invited", userId)),
  blocks: (userId: string): Range<number> => within(key("block", userId)),
  sessions: (userId: string): Range<SessionRecord> => within(key("session", userId)),
  allSessions: (): Range<SessionRecord> => within(key("session")),
  attempts: (): Range<{ count: number; expires_at: number }> => within(key("attempts")),
  revisions: (roomId: string, seq: number): Range<{ content: string; at: number }> =>
    within(key("revision", roomId, seq)),
  reactions: (roomId: string, seq: number): Range<number> => within(key("reaction", roomId, seq)),
  reactors: (roomId: string, seq: number, emoji: string, after = ""): Range<number> =>
    within(key("reaction", roomId, seq, emoji), after),
  reacted: (roomId: string, userId: string, start: number, end: number): Range<string[]> => ({
    start: keys.reacted(roomId, userId, start),
    end: keys.reacted(roomId, userId, end),
  }),
  sentUntil: (before: number): Range<true> => ({ start: key("sent_until"), end: key("sent_until", before) }),
  mentions: (userId: string, roomId: string, start: number, end = Number.MAX_SAFE_INTEGER): Range<number> => ({
    start: keys.mention(userId, roomId, start),
    end: keys.mention(userId, roomId, end),
  }),
  mentioned: (userId: string): Range<{ seq: number; at: number }> => within(key("mentioned", userId)),
  push: (userId: string): Range<PushRecord> => within(key("push", userId)),
  allPush: (after: Deno.KvKey | null): Range<PushRecord> =>
    after === null ? within(key("push")) : rest(within(key("push")), after),
  bookmarks: (userId: string): Range<number> => within(key("bookmark", userId)),
  ephemera: (): Range<Ephemera> => within(key("ephemera")),
  presence: (isolate: string, after = ""): Range<Online> => within(key("presence", isolate), after),
  jobs: (): Range<Job> => within(key("job")),
  /** Jobs of a kind that are due at `until` or before. */
  due: (kind: DueKind, until = Number.MAX_SAFE_INTEGER): Range<Job> => ({
    start: key("due", kind),
    end: key("due", kind, until + 1),
  }),
  allDue: (): Range<Job> => within(key("due")),
  family: (family: Family): Range<unknown> => within(key(family)),
  files: (): Range<FileRecord> => within(key("file")),
  chunks: (fileId: string): Range<Uint8Array<ArrayBuffer>> => within(key("chunk", fileId)),
  uploads: (): Range<{ expires_at: number }> => within(key("upload")),
  indexRoom: (roomId: string): Range<Uint8Array> => within(key("index", roomId)),
  indexSegment: (roomId: string, segment: string): Range<Uint8Array> => within(key("index", roomId, segment)),
  /** All pages up to the one that would contain the token, which is the last of them. */
  indexUpTo: (roomId: string, segment: string, token: string): Range<Uint8Array> => ({
    start: key("index", roomId, segment),
    end: keys.indexPage(roomId, segment, token, 1),
  }),
  /** The further chunks of a token's list. */
  indexChunks: (roomId: string, segment: string, token: string): Range<Uint8Array> => ({
    start: keys.indexPage(roomId, segment, token, 1),
    end: keys.indexPage(roomId, segment, token, Number.MAX_SAFE_INTEGER),
  }),
  /**
   * The pages and chunks after the page that begins with `prefix`, as far as they may contain tokens with that prefix.
   */
  indexBeginning: (roomId: string, segment: string, prefix: string): Range<Uint8Array> => ({
    start: keys.indexPage(roomId, segment, prefix, 1),
    end: keys.indexPage(roomId, segment, `${prefix}\u{10ffff}`, 0),
  }),
  heads: (): Range<HeadRecord> => within(key("head")),
  rooms: (after = ""): Range<RoomRecord> => within(key("room"), after),
  recovery: (userId: string): Range<{ at: number }> => within(key("recovery", userId)),
  reports: (): Range<ReportRecord> => within(key("report")),
  reportsBefore: (before: string): Range<ReportRecord> => ({ start: key("report"), end: keys.report(before) }),
  openReports: (after = ""): Range<true> => within(key("open_report"), after),
  roomReports: (roomId: string): Range<true> => within(key("room_report", roomId)),
  messageReports: (roomId: string, messageId: string): Range<true> => within(key("room_report", roomId, messageId)),
  reportedBy: (userId: string): Range<string> => within(key("reported", userId)),
  audit: (): Range<AuditRecord> => within(key("audit")),
  /** The entries before the entry `before`, without it. */
  auditBefore: (before: string): Range<AuditRecord> => ({ start: key("audit"), end: keys.audit(before) }),
};

/** The families whose keys belong to the user in their second part. They are deleted with the account. */
const OF_USER = [
  ...["settings", "to_join", "session", "joined", "room_slots", "read", "block", "recovery", "reported", "invited"],
  ...["mention", "mentioned", "bookmark", "bookmarks", "draft", "push", "file_usage"],
] as const satisfies readonly Family[];

/** A user's own keys: in each family the exact key, and the range under it. */
export function keysOfUser(userId: string): { exact: Key<unknown>; under: Range<unknown> }[] {
  return OF_USER.map((family) => ({ exact: key(family, userId), under: within(key(family, userId)) }));
}

export type Range<T> =
  | { prefix: Key<T> }
  | { prefix: Key<T>; start: Key<T> }
  | { start: Key<T>; end: Key<T> };

/** The rest of a range after the key `last`. All keys of the range share the parts before the last one. */
export function rest<T>(range: Range<T>, last: Deno.KvKey): Range<T> {
  const start = [...last, ""];
  return "prefix" in range ? { prefix: range.prefix, start } : { start, end: range.end };
}

/** The keys under a prefix that come after the child named `after`. */
function within<T>(prefix: Deno.KvKey, after = ""): Range<T> {
  if (after === "") return { prefix };
  return { prefix, start: [...prefix, `${after}\0`] };
}

/** The `sent` key that a `sent_until` key is about. */
export function sentOf([, , roomId, userId, clientId]: Deno.KvKey): Key<SentRecord> {
  return keys.sent(String(roomId), String(userId), String(clientId));
}

/** The last part of a key, where it is a string (an id). */
export function lastPart(k: Deno.KvKey): string {
  const part = k[k.length - 1];
  return typeof part === "string" ? part : String(part);
}
