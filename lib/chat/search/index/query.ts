/** Parses a search query, and finds its words in a message's text. */
import { cut, HAS, type Has } from "./tokens.ts";
import { type Unit, unitsOf } from "./units.ts";

/** Words that must follow each other in the text. */
export interface Term {
  units: Pick<Unit, "text" | "dense" | "joined">[];
  /** The last word may be the beginning of a longer one. */
  prefix: boolean;
}

export interface Filters {
  from: string[];
  in: string[];
  has: string[];
  before: string[];
  after: string[];
  on: string[];
}

export interface Query {
  terms: Term[];
  filters: Filters;
}

const FILTER = /^(from|in|has|before|after|on):(?=.)/iu;
const QUOTES = /[“”„«»]/g;
/** A search is a few words; what is longer is cut. */
const MAX_TERMS = 12;

/**
 * Words, "whole phrases", `word*`, and filters such as `from:@ada`. The last word counts as the beginning of one, for it
 * may be still in the making.
 */
export function parseQuery(text: string): Query {
  const query: Query = { terms: [], filters: { from: [], in: [], has: [], before: [], after: [], on: [] } };
  // a filter with its quoted value, a phrase, or what stands between spaces
  const parts = text.replace(QUOTES, '"').match(/[^\s":]+:"[^"]*"?|"[^"]*"?|[^\s"]+/gu) ?? [];
  for (const [i, part] of parts.entries()) {
    const name = FILTER.exec(part)?.[1]?.toLowerCase();
    if (name !== undefined && isFilter(name)) {
      const value = part.slice(name.length + 1).replaceAll('"', "").trim();
      if (value !== "") query.filters[name].push(value);
      continue;
    }
    const quoted = part.startsWith('"');
    const units = unitsOf(part);
    if (units.length === 0 || query.terms.length >= MAX_TERMS) continue;
    const last = i === parts.length - 1 && !/\s$/.test(text);
    query.terms.push({ units, prefix: !quoted && (part.endsWith("*") || last && isLong(units)) });
  }
  return query;
}

function isFilter(name: string): name is keyof Filters {
  return ["from", "in", "has", "before", "after", "on"].includes(name);
}

export function isHas(what: string): what is Has {
  return HAS.some((one) => one === what);
}

/** A single Latin letter begins too many words to be meant so. */
function isLong(units: readonly Unit[]): boolean {
  const last = units.at(-1);
  return last !== undefined && (last.dense || last.text.length > 1);
}

/** What to look for in the index: a message with the term has all of these. */
export function tokensFor({ units, prefix }: Term): { token: string; prefix: boolean }[] {
  const tokens: { token: string; prefix: boolean }[] = [];
  for (const [i, unit] of units.entries()) {
    const next = units[i + 1];
    const last = i === units.length - 1;
    if (!unit.dense) tokens.push({ token: cut(unit.text), prefix: prefix && last });
    else if (next?.joined === true) {
      tokens.push({ token: cut(unit.text) + cut(next.text), prefix: prefix && i === units.length - 2 });
    } // alone: the index has it with whatever comes behind it
    else if (!unit.joined) tokens.push({ token: cut(unit.text), prefix: true });
  }
  return tokens;
}

export type Match = [start: number, end: number];

/** Where the terms are in a text; null where one of them is missing. */
export function matchText(terms: readonly Term[], text: string): Match[] | null {
  const units = unitsOf(text);
  const matches: Match[] = [];
  for (const term of terms) {
    const before = matches.length;
    for (let at = 0; at + term.units.length <= units.length; at++) {
      const end = units[at + term.units.length - 1]?.end ?? 0;
      if (standsAt(term, units, at)) matches.push([units[at]?.start ?? 0, end]);
    }
    if (matches.length === before) return null;
  }
  return merged(matches);
}

function standsAt({ units, prefix }: Term, text: readonly Unit[], at: number): boolean {
  return units.every((unit, i) => {
    const there = text[at + i];
    if (there === undefined || (unit.joined && !there.joined)) return false;
    return prefix && i === units.length - 1 ? there.text.startsWith(unit.text) : there.text === unit.text;
  });
}

function merged(matches: Match[]): Match[] {
  const sorted = matches.sort(([a], [b]) => a - b);
  const result: Match[] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
