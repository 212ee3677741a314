/**
 * The domain's nouns, by subject. Types only.
 *
 * `*Record` is what the store holds; the others are what leaves the server (snake_case, JSON). Times in records are
 * milliseconds since the Unix epoch; on the wire they are ISO 8601 strings in UTC.
 */
export type * from "./model/accounts.ts";
export type * from "./model/moderation.ts";
export type * from "./model/server.ts";
export type * from "./model/files.ts";
export type * from "./model/rooms.ts";
export type * from "./model/log.ts";
export type * from "./model/events.ts";
