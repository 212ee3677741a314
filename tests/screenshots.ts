/**
 * `deno task screenshots`: a believable morning in a real server and a real browser, painted into static/screenshots/, and
 * its states into _fresh/screenshots/ (screenshots_states.ts).
 * The server's clock is moved about, so that the hours are always the same.
 */
import type { Browser } from "playwright-core";
import type { Clock } from "../lib/base/clock.ts";
import { systemClock } from "../lib/base/clock.ts";
import { readConfig } from "../lib/base/config/config.ts";
import { COLORS } from "../lib/protocol/colors.ts";
import { silentLog } from "../lib/base/log.ts";
import { openServer } from "../lib/server/server.ts";
import { paintStates } from "./screenshots_states.ts";
import { live, openBrowser, openPage, PASSWORD } from "./support/browser.ts";

const root = new URL("../", import.meta.url);
const DAY = "2026-03-04";
/** Where the machine has it, else its own; the pictures need a proportional font. */
const FONTS = `:root { --font: Inter, "Liberation Sans", system-ui, sans-serif, "Noto Color Emoji" !important }`;

const PEOPLE = {
  maya: "Maya Okafor",
  tom: "Tom Lindqvist",
  ines: "Inês Carvalho",
  ravi: "Ravi Menon",
  june: "June Park",
} as const;
type Who = keyof typeof PEOPLE;
interface Line {
  at: string;
  who: Who;
  text: string;
  /** Which earlier line it answers. */
  reply?: number;
  reactions?: Record<string, Who[]>;
}

const CONVERSATION: readonly Line[] = [
  {
    at: "09:02",
    who: "ines",
    text: "Morning! The trail map is back from the printer, warmer than on screen, which I rather like.",
    reactions: { "🌅": ["maya", "tom", "june"], "👏": ["ravi"] },
  },
  { at: "09:11", who: "ravi", text: "Lovely. Are the contour lines still legible at arm’s length?" },
  {
    at: "09:14",
    who: "ines",
    reply: 1,
    text: "Yes, down to the 10 m ones. Two things I would still change:\n\n" +
      "1. the ferry times, they moved to the **quarter hour**\n2. the path behind the chapel, which is shut until May",
  },
  { at: "09:26", who: "tom", text: "I can fix the ferry table now. This is all it takes:" },
  {
    at: "09:27",
    who: "tom",
    text: '```ts\nconst departures = timetable\n  .filter(({ season }) => season === "spring")\n' +
      "  .map(({ leaves }) => roundTo(leaves, { minutes: 15 }));\n```",
    reactions: { "🚀": ["ines", "maya"] },
  },
  { at: "09:41", who: "maya", text: "Then we print on Friday? I will ring the chapel about the path." },
  { at: "09:42", who: "june", text: "Friday works. I’ll bring the proofs *and* the good biscuits 🍪" },
];
const ROOMS: readonly { name: string; topic: string; kind?: "private" }[] = [
  { name: "trail map", topic: "The walking map of the island, second edition. Proofs on Thursdays." },
  { name: "harbour café", topic: "" },
  { name: "print shop", topic: "" },
  { name: "budget", topic: "", kind: "private" },
];

/** Real time from a moment that can be set. */
class MovedClock implements Clock {
  #offset = 0;
  now = () => Date.now() + this.#offset;
  elapsed = systemClock.elapsed;
  after = systemClock.after;
  every = systemClock.every;
  set(time: string): void {
    this.#offset = Date.parse(`${DAY}T${time}:00Z`) - Date.now();
  }
}

class Story {
  readonly ids = new Map<string, string>();
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async meet(who: Who): Promise<void> {
    const account = { username: who, password: PASSWORD };
    const user = await this.#ask("", "POST", "users", { ...account, display_name: PEOPLE[who] });
    this.ids.set(who, String(user["id"]));
    const response = await fetch(`${this.#origin}/api/users/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(account),
    });
    await response.body?.cancel();
    this.#cookies.set(who, response.headers.get("set-cookie")?.split(";")[0] ?? "");
  }

  /** Resolves with the id of what was made. */
  async tell(who: Who, method: string, path: string, body?: unknown): Promise<string> {
    return String((await this.#ask(who, method, path, body))["id"]);
  }

  cookieOf(who: Who): { name: string; value: string; url: string } {
    const [name = "", value = ""] = this.#cookies.get(who)?.split("=") ?? [];
    return { name, value, url: this.#origin };
  }

  async #ask(who: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#origin}/api/${path}`, {
      method,
      headers: { cookie: this.#cookies.get(who) ?? "", origin: this.#origin, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }
}

/** Resolves with the room to show. */
async function tellStory(story: Story, clock: MovedClock): Promise<string> {
  clock.set("08:10");
  const everybody: Who[] = ["maya", "tom", "ines", "ravi", "june"];
  for (const [index, who] of everybody.entries()) {
    await story.meet(who);
    await story.tell(who, "PATCH", "me", { color: COLORS[(index * 5 + 2) % COLORS.length] });
  }
  const rooms: string[] = [];
  for (const { name, topic, kind = "public" } of ROOMS) {
    const id = await story.tell("maya", "POST", "rooms", { name, topic, kind });
    for (const who of everybody.slice(1)) {
      await story.tell("maya", "POST", `rooms/${id}/members`, { user_id: story.ids.get(who) });
    }
    rooms.push(id);
  }
  const [main = "", café = ""] = rooms;
  for (const [who, text] of [["tom", "Ferry pictures are up"], ["june", "Tea at eleven?"]] as const) {
    const direct = await story.tell(who, "POST", "direct", { user_id: story.ids.get("maya") });
    await story.tell(who, "POST", `rooms/${direct}/messages`, { content: text });
  }
  for (const text of ["Who is in for lunch?", "The fish is good today", "Table for five, then"]) {
    await story.tell("ravi", "POST", `rooms/${café}/messages`, { content: text });
  }
  const said: string[] = [];
  for (const { at, who, text, reply, reactions = {} } of CONVERSATION) {
    clock.set(at);
    const reply_to = reply === undefined ? {} : { reply_to: said[reply] };
    const id = await story.tell(who, "POST", `rooms/${main}/messages`, { content: text, ...reply_to });
    said.push(id);
    for (const [emoji, fans] of Object.entries(reactions)) {
      const path = `rooms/${main}/messages/${id}/reactions/${encodeURIComponent(emoji)}`;
      for (const fan of fans) await story.tell(fan, "PUT", path);
    }
  }
  clock.set("09:43");
  return main;
}

async function paint(browser: Browser, url: string, story: Story, room: string): Promise<void> {
  // being there is a matter of having the page open
  for (const who of ["ines", "tom", "june"] as const) {
    const person = await openPage(browser, { timezoneId: "UTC" });
    await person.page.context().addCookies([story.cookieOf(who)]);
    await person.page.goto(`${url}/rooms/${room}`);
    await live(person.page);
  }
  for (const [file, colorScheme, width, height] of PICTURES) {
    const options = { colorScheme, viewport: { width, height }, timezoneId: "UTC", bypassCSP: true } as const;
    const { page } = await openPage(browser, { ...options, reducedMotion: "reduce" });
    await page.context().addCookies([story.cookieOf("maya")]);
    await page.clock.setFixedTime(`${DAY}T09:43:00Z`);
    await page.goto(`${url}/rooms/${room}`);
    await page.addStyleTag({ content: FONTS });
    await live(page);
    await page.locator(".message", { hasText: "good biscuits" }).waitFor();
    await page.locator(".pane-people", { hasText: "Online · 4" }).waitFor({ state: "attached" });
    await page.evaluate("document.fonts.ready");
    await page.screenshot({ path: new URL(`static/screenshots/${file}`, root).pathname });
    console.log(`static/screenshots/${file}`);
    await page.context().close();
  }
}

const PICTURES = [
  ["chat.png", "light", 1280, 800],
  ["chat-dark.png", "dark", 1280, 800],
  ["chat-phone.png", "light", 375, 812],
] as const;

if (import.meta.main) {
  const clock = new MovedClock();
  const dataDir = await Deno.makeTempDir({ prefix: "parley-screenshots-" });
  try {
    const config = readConfig({ PORT: "0", DATA_DIR: dataDir, LIMITS: "off" });
    const buildDir = new URL("_fresh/", root);
    await using server = await openServer(config, { clock, log: silentLog, buildDir });
    await using chromium = await openBrowser();
    const story = new Story(server.url);
    const room = await tellStory(story, clock);
    await paint(chromium.browser, server.url, story, room);
    await paintStates(chromium.browser, {
      url: server.url,
      busyRoom: room,
      emptyRoom: await story.tell("maya", "POST", "rooms", { name: "lanterns", topic: "", kind: "public" }),
      out: new URL("_fresh/screenshots/", root),
      addCookie: (context) => context.addCookies([story.cookieOf("maya")]),
      stop: () => server.close(),
    });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}
