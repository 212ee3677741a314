/**
 * Every key of the store, with the type of its value. No tuple literal stands anywhere else.
 *
 * Nothing uses `expireIn`: records carry `expires_at`, and jobs (due.ts) remove what is past it.
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
  SessionRecord,
  UserRecord,
} from "../protocol/model.ts";
import type { Settings } from "../protocol/settings.ts";
import type { DueKind, Ephemera, IndexRecord, Invitation, Job, Meta, Online } from "./records.ts";

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
  // behind the log: a floor that is read later is that of all that was erased meanwhile
  room: { exported: true },
  public_room: { exported: true },
  direct: { exported: true },
  head: { exported: true },
  unshown: { exported: false }, // made anew from the log
  revision: { exported: true },
  reaction: { exported: true },
  reacted: { exported: true },
  sent: { exported: false }, // idempotency keys are of a client's present outbox
  swept: { exported: false }, // about `sent`
  sent_until: { exported: false }, // so too
  tidied: { exported: false },
  job: { exported: true }, // of processes from before `due`
  due: { exported: true },

  // files
  file: { exported: true },
  chunk: { exported: true },
  upload: { exported: true },
  file_usage: { exported: true },

  // what calls people
  mention: { exported: true },
  mentioned: { exported: true },
  called: { exported: true },

  // one's own
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
  /** The key pair that web push is signed with. */
  vapid: () => key<{ publicKey: string; privateKey: string }>("secret", "vapid"),

  // accounts
  user: (userId: string) => key<UserRecord>("user", userId),
  /** What the person chose for themselves; absent until they chose. Read with readSettings(). */
  settings: (userId: string) => key<Partial<Settings>>("settings", userId),
  /** Login name -> user id. */
  username: (username: string) => key<string>("username", username),
  /** Registered, but not yet in `general`: the next sign-in joins it. */
  toJoin: (userId: string) => key<true>("to_join", userId),
  /** Present once the first account, the administrator, exists: its user id. */
  firstAdmin: () => key<string>("first_admin"),
  invitation: (code: string) => key<Invitation>("invitation", code),
  /** The session itself; a `secret` key points to it. */
  session: (userId: string, sessionId: string) => key<SessionRecord>("session", userId, sessionId),
  /** SHA-256 of a cookie's or a refresh token's secret -> its session. */
  sessionBySecret: (hash: string) => key<{ user_id: string; session_id: string }>("session_by_secret", hash),
  /** The control log (D6b) and its head: the last entry's number. */
  control: (n: number) => key<ControlRecord>("control", n),
  controlHead: () => key<number>("control_head"),
  /** What blind writes to the platform's store check (fence.ts): how often it was moved. */
  fence: () => key<number>("fence"),
  /** Written to see whether the store can be. */
  probe: () => key<number>("probe"),
  /** Attempts counted over all isolates: sign-ins by account and address, registrations by address. */
  attempts: (what: string, who: string) => key<{ count: number; expires_at: number }>("attempts", what, who),

  /** The audit log, in the order of time (auditId). */
  audit: (id: string) => key<AuditRecord>("audit", id),

  /** A recovery code's SHA-256: gone once it was used. */
  recovery: (userId: string, hash: string) => key<{ at: number }>("recovery", userId, hash),

  report: (id: string) => key<ReportRecord>("report", id),
  /** The queue: the reports that are open, over all rooms, by room and message, and by who reported what. */
  openReport: (id: string) => key<true>("open_report", id),
  roomReport: (roomId: string, messageId: string, id: string) => key<true>("room_report", roomId, messageId, id),
  reported: (userId: string, roomId: string, messageId: string) => key<string>("reported", userId, roomId, messageId),

  // between processes (bus/kv_watch.ts)
  /** Set blind with every append to a room of the shard; number 9 with what is about no room. */
  wake: (shard: number) => key<true>("wake", shard),
  /** A process's lease, and the last signals that it sent. */
  ephemera: (isolate: string) => key<Ephemera>("ephemera", isolate),
  /** Somebody with a socket there; counts while the lease does. */
  presence: (isolate: string, userId: string) => key<Online>("presence", isolate, userId),

  // rooms
  room: (roomId: string) => key<RoomRecord>("room", roomId),
  publicRoom: (roomId: string) => key<true>("public_room", roomId),
  /** The one direct conversation of a pair (ids sorted) -> room id. */
  direct: (a: string, b: string) => key<string>("direct", a, b),
  head: (roomId: string) => key<HeadRecord>("head", roomId),
  member: (roomId: string, userId: string) => key<MemberRecord>("member", roomId, userId),
  /** `true`: a place that the user took; otherwise who put them there (chat/rooms/room_slots.ts). */
  joined: (userId: string, roomId: string) => key<true | Added>("joined", userId, roomId),
  /** Attempts to enter a room, each with the time until which it counts (chat/rooms/room_slots.ts). */
  roomSlots: (userId: string) => key<Record<string, number>>("room_slots", userId),
  read: (userId: string, roomId: string) => key<ReadRecord>("read", userId, roomId),

  /** Whom a user has blocked, and since when. */
  block: (userId: string, otherId: string) => key<number>("block", userId, otherId),

  // the log
  item: (roomId: string, seq: number) => key<ItemRecord>("item", roomId, seq),
  change: (roomId: string, seq: number) => key<ChangeRecord>("change", roomId, seq),
  /** The message at this seq was deleted: no unread count has it. Goes with the floor, or with the room. */
  unshown: (roomId: string, seq: number) => key<true>("unshown", roomId, seq),
  revision: (roomId: string, seq: number, n: number) =>
    key<{ content: string; at: number }>("revision", roomId, seq, n),
  reaction: (roomId: string, seq: number, emoji: string, userId: string) =>
    key<number>("reaction", roomId, seq, emoji, userId),
  /** My emoji on a message. */
  reacted: (roomId: string, userId: string, seq: number) => key<string[]>("reacted", roomId, userId, seq),
  sent: (roomId: string, userId: string, clientId: string) => key<SentRecord>("sent", roomId, userId, clientId),
  /** A `sent` key that outlives its message, which retention erased, by when it expires. */
  sentUntil: (expiresAt: number, roomId: string, userId: string, clientId: string) =>
    key<true>("sent_until", expiresAt, roomId, userId, clientId),
  /** The room's pinned messages, in the order of pinning; at most 50. */
  pins: (roomId: string) => key<Pin[]>("pins", roomId),
  /** Up to which seq the sweeper has removed `sent` keys. */
  swept: (roomId: string) => key<number>("swept", roomId),
  /** Somebody is called by name in this message: when it was sent. */
  mention: (userId: string, roomId: string, seq: number) => key<number>("mention", userId, roomId, seq),
  /** Where in a room somebody was last called by name: without it, or before one's read mark, nothing is counted. */
  mentioned: (userId: string, roomId: string) => key<{ seq: number; at: number }>("mentioned", userId, roomId),
  /** The last messages that call everybody in a room, oldest first; `head.called` is the newest. */
  called: (roomId: string) => key<RoomCallRecord[]>("called", roomId),
  /** A message that somebody keeps at hand: when they marked it. */
  bookmark: (userId: string, roomId: string, messageId: string) => key<number>("bookmark", userId, roomId, messageId),
  /** How many they have, and when the last was made. */
  bookmarks: (userId: string) => key<{ count: number; at: number }>("bookmarks", userId),
  /** What somebody was writing in a room. */
  draft: (userId: string, roomId: string) => key<DraftRecord>("draft", userId, roomId),
  /** A session's browser, to be told by web push. */
  push: (userId: string, sessionId: string) => key<PushRecord>("push", userId, sessionId),
  /** SHA-256 of its endpoint -> whose it is: two accounts in one browser share one. */
  pushEndpoint: (hash: string) => key<{ user_id: string; session_id: string }>("push_endpoint", hash),
  /** When the last round of tidying began (tidy.ts), and after which key it goes on; absent: it is over. */
  tidied: () => key<{ at: number; next?: Deno.KvKey }>("tidied"),
  /** A durable job as processes from before `due` set it; it becomes a due key (store/due.ts). */
  job: (id: string) => key<Job>("job", id),
  /** A durable job, by when it is due (store/due.ts); 0: as soon as possible. */
  due: (kind: DueKind, at: number, id: string) => key<Job>("due", kind, at, id),
  /** Which process does the due jobs of a kind. It rewrites the record while it works (store/lease.ts). */
  lease: (kind: DueKind) => key<{ by: string; n: number }>("lease", kind),
  /** The settings that the due times were made with (upkeep/upkeep.ts). */
  upkeep: () => key<{ retention_days: number }>("upkeep"),

  // files
  file: (fileId: string) => key<FileRecord>("file", fileId),
  /** A file's bytes, 60 KiB each but the last (store/blobs/blobs.ts). */
  chunk: (fileId: string, n: number) => key<Uint8Array<ArrayBuffer>>("chunk", fileId, n),
  /** Present until the file belongs to something; past its time the sweeper takes both. */
  upload: (fileId: string) => key<{ expires_at: number }>("upload", fileId),
  fileUsage: (userId: string) => key<FileUsage>("file_usage", userId),

  // the search index (lib/search)
  /** How far a room's index has come, and its segments. */
  indexed: (roomId: string) => key<IndexRecord>("indexed", roomId),
  /** A page of what is too little for a segment. */
  indexTail: (roomId: string) => key<Uint8Array>("index_tail", roomId),
  /** n = 0: a page whose first token it is; n > 0: a further chunk of that token's list. */
  indexPage: (roomId: string, segment: string, token: string, n: number) =>
    key<Uint8Array>("index", roomId, segment, token, n),
};

/** The ranges that are listed. `start` and `end` are seqs, end exclusive. */
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
  /** Up to the page in which the token is, if it is in one: the last of them. */
  indexUpTo: (roomId: string, segment: string, token: string): Range<Uint8Array> => ({
    start: key("index", roomId, segment),
    end: keys.indexPage(roomId, segment, token, 1),
  }),
  /** The further chunks of a token's list. */
  indexChunks: (roomId: string, segment: string, token: string): Range<Uint8Array> => ({
    start: keys.indexPage(roomId, segment, token, 1),
    end: keys.indexPage(roomId, segment, token, Number.MAX_SAFE_INTEGER),
  }),
  /** What begins behind a page with this beginning of tokens as its first token, as far as it may hold more of them. */
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
  /** Up to the entry `before`, that one not included. */
  auditBefore: (before: string): Range<AuditRecord> => ({ start: key("audit"), end: keys.audit(before) }),
};

/** The families whose keys belong to one user, named by their second part: they go with the account. */
const OF_USER = [
  ...["settings", "to_join", "session", "joined", "room_slots", "read", "block", "recovery", "reported"],
  ...["mention", "mentioned", "bookmark", "bookmarks", "draft", "push", "file_usage"],
] as const satisfies readonly Family[];

/** Where a user's own keys are: one that is exactly so, and those under it. */
export function keysOfUser(userId: string): { exact: Key<unknown>; under: Range<unknown> }[] {
  return OF_USER.map((family) => ({ exact: key(family, userId), under: within(key(family, userId)) }));
}

export type Range<T> =
  | { prefix: Key<T> }
  | { prefix: Key<T>; start: Key<T> }
  | { start: Key<T>; end: Key<T> };

/** What is left of a range under one prefix, after `last`. */
export function rest<T>(range: Range<T>, last: Deno.KvKey): Range<T> {
  const start = [...last, ""];
  return "prefix" in range ? { prefix: range.prefix, start } : { start, end: range.end };
}

/** A prefix, from just after the child named `after`. */
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
