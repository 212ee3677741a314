/** A search's words, `from:`, `has:` and dates, as criteria that a message has to meet. */
import { ChatError } from "../../base/errors.ts";
import { keys } from "../../store/keys.ts";
import type { Actor } from "../../protocol/model.ts";
import type { Wanted } from "./index/candidates.ts";
import { isHas, type Query, tokensFor } from "./index/query.ts";
import { fromToken, HAS, type Has, hasToken } from "./index/tokens.ts";
import type { Chat } from "../chat.ts";

/** The most tokens that are looked up (a long text without spaces has many); the messages found are compared in full. */
const MAX_WANTED = 16;

export interface Criteria {
  /** What to look for in the index. */
  wanted: Wanted[];
  /** undefined: from anybody. */
  from: string | undefined;
  has: Has[];
  /** Milliseconds since the epoch, the end exclusive. */
  since: number;
  until: number;
}

/** Throws `invalid`, which says what is possible. */
export async function criteriaOf(chat: Chat, actor: Actor, query: Query, zone: string): Promise<Criteria> {
  const { terms, filters } = query;
  const from = await authorOf(chat, actor, filters.from);
  const has = filters.has.map((what) => {
    const one = what.toLowerCase();
    if (isHas(one)) return one;
    throw invalid(`has: takes ${HAS.join(", ")}; ${JSON.stringify(what)} is none of them.`);
  });
  const wanted = [
    ...(from === undefined ? [] : [{ token: fromToken(from), prefix: false }]),
    ...has.map((one) => ({ token: hasToken(one), prefix: false })),
    ...terms.flatMap(tokensFor),
  ].slice(0, MAX_WANTED);
  if (wanted.length === 0) throw invalid("Add a word to search for, or from:@name, or has:link.");
  const days = (name: "before" | "after" | "on") => filters[name].map((day) => dayOf(name, day, zone));
  return {
    wanted,
    from,
    has,
    since: Math.max(0, ...days("after").map(({ end }) => end), ...days("on").map(({ start }) => start)),
    until: Math.min(Infinity, ...days("before").map(({ start }) => start), ...days("on").map(({ end }) => end)),
  };
}

async function authorOf(chat: Chat, actor: Actor, names: string[]): Promise<string | undefined> {
  const [given, another] = names;
  if (given === undefined) return undefined;
  if (another !== undefined) throw invalid("A message is from: one person alone.");
  const name = given.replace(/^@/, "").toLowerCase();
  if (name === "me") return actor.user_id;
  const id = /^[a-z0-9_.-]{1,32}$/.test(name) ? (await chat.kv.get(keys.username(name))).value : null;
  if (id === null) throw invalid(`from: nobody has the username ${JSON.stringify(given)}.`);
  return id;
}

function dayOf(name: string, text: string, zone: string): { start: number; end: number } {
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (year === "" || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    throw invalid(`${name}: takes a day such as 2026-01-31, which ${JSON.stringify(text)} is not.`);
  }
  return { start: inZone(midnight, zone), end: inZone(midnight + 86_400_000, zone) };
}

/** When a clock in that zone shows what one in UTC shows at `time`. */
function inZone(time: number, zone: string): number {
  const guess = time - offset(time, zone);
  return time - offset(guess, zone);
}

function offset(time: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(time);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(time / 1_000) * 1_000;
}

function invalid(message: string): ChatError {
  return new ChatError("invalid", message, { field: "q" });
}
