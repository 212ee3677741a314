/** A million messages to search in: how long the index takes, what a send feels of it, and what a query takes. */
import { random } from "../support/random.ts";
import { acknowledged, quantiles } from "./clients.ts";
import { type Child, METRICS_TOKEN } from "./load.ts";

const VOCABULARY = 60_000;

/** Words as often as in a language (Zipf): the first in most messages, most of them in hardly any. */
export function conversation(seed: number): (seq: number) => string {
  const next = random(seed);
  return () => Array.from({ length: 6 + Math.floor(next() * 18) }, () => wordAt(next())).join(" ");
}

const SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "me", "nu", "po", "ra", "si", "te", "vu", "zo"];

function wordAt(at: number): string {
  return wordOf(Math.floor(VOCABULARY ** at));
}

export function wordOf(rank: number): string {
  let word = "";
  for (let n = rank + 16; n > 0; n = Math.floor(n / 16)) word += SYLLABLES[n % 16];
  return word;
}

const QUERIES: Record<string, (n: number) => string> = {
  "a rare word": (n) => `${wordOf(20_000 + n * 37)} `,
  "a common word": (n) => `${wordOf(1 + n % 50)} `,
  "three words": (n) => `${wordOf(3 + n % 20)} ${wordOf(200 + n)} ${wordOf(40 + n % 30)} `,
  "two words and the beginning of a third": (n) =>
    `${wordOf(5 + n % 20)} ${wordOf(500 + n)} ${wordOf(60 + n).slice(0, 3)}`,
  "a phrase": (n) => `"${wordOf(1 + n % 10)} ${wordOf(11 + n % 10)}"`,
  "a word from somebody": (n) => `${wordOf(300 + n)} from:bench${n % 50}`,
  "words that never meet": (n) => `${wordOf(30_000 + n)} ${wordOf(31_000 + n)} `,
};

export type Row = (what: string, transport: string, figure: string) => void;

export async function searching(server: Child, cookies: string[], row: Row): Promise<void> {
  const begun = performance.now();
  const busy = await acknowledged(server.origin, cookies, 1, 2_000);
  const left = await lag(server.origin);
  while (await lag(server.origin) > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
  const idle = await acknowledged(server.origin, cookies, 1, 2_000);
  row("search: an index of 1,000,000 messages is made", "-", `in ${seconds} s`);
  row("a send while it is made", "-", `p50 ${busy.p50} ms, p99 ${busy.p99} ms (${left} events still to do after it)`);
  row("a send once it is made", "-", `p50 ${idle.p50} ms, p99 ${idle.p99} ms`);
  const headers = { cookie: (cookies[0] ?? "").replace("Cookie: ", "") };
  for (const [name, queryOf] of Object.entries(QUERIES)) {
    const times: number[] = [];
    let results = 0;
    for (let n = 0; n < 200; n++) {
      const start = performance.now();
      const response = await fetch(`${server.origin}/api/search?q=${encodeURIComponent(queryOf(n))}`, { headers });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      if (n >= 20) times.push(performance.now() - start);
      results += JSON.parse(text).results.length;
    }
    const { p50, p99 } = quantiles(times);
    row(`search for ${name}`, "http", `p50 ${p50} ms, p99 ${p99} ms (${(results / 200).toFixed(0)} results a page)`);
  }
}

async function lag(origin: string): Promise<number> {
  const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  return Number(/^parley_index_lag_events (\d+)$/m.exec(await response.text())?.[1] ?? NaN);
}
