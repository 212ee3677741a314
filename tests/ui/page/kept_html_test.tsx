/** HTML that the server keeps: what it saves, and that no reader ever sees another one's. */
import { assert, assertEquals } from "@std/assert";
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { TextCache } from "../../../lib/base/text_cache.ts";
import type { ChatMessage, Member, Room, RoomEvent, User } from "../../../lib/protocol/model.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../lib/protocol/settings.ts";
import { Archive } from "../../../lib/ui/message/archive.tsx";
import { OriginContext } from "../../../lib/ui/message/prose.tsx";
import { AheadContext, proseAhead } from "../../../lib/ui/message/prose_ahead.tsx";
import { ChatPage } from "../../../lib/ui/page/chat_page.tsx";
import { KeptContext } from "../../../lib/ui/page/kept_html.ts";
import { FormTokenContext } from "../../../lib/ui/parts/forms/post_form.tsx";
import { PageStringsContext, ReaderContext } from "../../../lib/ui/strings/context.ts";
import { TEXTS } from "../../../lib/ui/strings/tables.ts";
import "../../../lib/ui/timeline/kept_rows.ts";
import { random } from "../../support/random.ts";

const START = Date.parse("2026-03-01T22:30:00Z");
const ORIGIN = "https://chat.example.org";

interface Reader {
  id: string;
  language: "en" | "pt";
  time_format: Settings["time_format"];
  zone: string;
  origin: string;
  admin: boolean;
  role: "owner" | "moderator" | "member";
  blocked: string[];
  read_seq: number;
  mine: Record<string, string[]>;
}

interface History {
  people: Map<string, User>;
  events: RoomEvent[];
}

function personOf(id: string): User {
  return { id, username: id, display_name: id.toUpperCase(), color: "#3e63dd" };
}

function reader(id: string, more: Partial<Reader> = {}): Reader {
  const plain = {
    language: "en",
    time_format: "auto",
    zone: "UTC",
    origin: ORIGIN,
    admin: false,
    role: "member",
  } as const;
  return { id, ...plain, blocked: [], read_seq: 1_000, mine: {}, ...more };
}

function message({ people }: History, seq: number, author: string, content: string, more: Partial<ChatMessage> = {}) {
  const { id: user_id, ...person } = people.get(author) ?? personOf(author);
  const made: ChatMessage = {
    type: "chat_message",
    ...person,
    user_id,
    id: `${seq}-a`,
    seq,
    room_id: "general",
    timestamp: new Date(START + seq * 100_000).toISOString(),
    content,
    ...more,
  };
  return made;
}

function conversation(count: number): History {
  const people = new Map(["ada", "bob", "eve"].map((id) => [id, personOf(id)]));
  const history: History = { people, events: [] };
  const authors = [...people.keys()];
  for (let seq = 1; seq <= count; seq++) {
    history.events.push(message(history, seq, authors[seq % 3] ?? "", `**${seq}** and a few words`));
  }
  return history;
}

function roomOf({ people, events }: History, { role, read_seq }: Reader): Room {
  const seq = events.at(-1)?.seq ?? 0;
  return {
    id: "general",
    kind: "public",
    name: "general",
    topic: "",
    created_at: new Date(START).toISOString(),
    role,
    members: people.size,
    seq,
    active_at: new Date(START).toISOString(),
    messages: seq,
    read_seq: Math.min(seq, read_seq),
    read_messages: Math.min(seq, read_seq),
  };
}

type View = "chat" | "archive";

/** The page as the server renders it; without `kept` everything is rendered anew. */
async function pageOf(history: History, who: Reader, view: View, kept: TextCache | null): Promise<string> {
  const { language, time_format, zone, origin } = who;
  const strings = TEXTS[language].chat;
  const ahead = await proseAhead(history.events, {
    reader: { strings, time_format },
    origin,
    turn: () => Promise.resolve(),
    ...(kept === null ? {} : { kept }),
    ...(view === "chat" ? { me: who.id } : {}),
  });
  const inPage = (children: ComponentChildren) => (
    <ReaderContext.Provider value={{ strings, time_format }}>
      <PageStringsContext.Provider value={TEXTS[language].pages}>
        <FormTokenContext.Provider value="">
          <OriginContext.Provider value={origin}>
            <AheadContext.Provider value={ahead.texts}>
              <KeptContext.Provider value={ahead.whole ? kept : null}>{children}</KeptContext.Provider>
            </AheadContext.Provider>
          </OriginContext.Provider>
        </FormTokenContext.Provider>
      </PageStringsContext.Provider>
    </ReaderContext.Provider>
  );
  const now = START + 200_000_000;
  const room = roomOf(history, who);
  const { events } = history;
  if (view === "archive") {
    return renderToString(
      inPage(<Archive room={room} events={events} has_more zone={zone} now={now} blocked={who.blocked} />),
    );
  }
  const members: Member[] = [...history.people.values()].map((user, at) => ({
    ...user,
    role: at === 0 ? "owner" : "member",
    online: at % 2 === 0,
  }));
  return renderToString(inPage(
    <ChatPage
      me={{ ...history.people.get(who.id) ?? personOf(who.id), admin: who.admin }}
      rooms={[room]}
      initial={{ room_id: "general", events, has_more: false, cursor: `epoch:${events.at(-1)?.id}`, mine: who.mine }}
      members={members}
      settings={{ ...DEFAULT_SETTINGS, time_format }}
      blocked={who.blocked}
      zone={zone}
      advice={false}
      now={now}
      strings={strings}
    />,
  ));
}

/** How many parts were rendered. */
async function renders(kept: TextCache, history: History, who: Reader, view: View = "chat"): Promise<number> {
  const before = kept.misses;
  await pageOf(history, who, view, kept);
  return kept.misses - before;
}

function replaced(history: History, seq: number, more: Partial<ChatMessage>): History {
  const events = history.events.map((event) =>
    event.seq === seq && event.type === "chat_message" ? { ...event, ...more } : event
  );
  return { ...history, events };
}

Deno.test("kept HTML: a second reader of 50 messages renders none of them, in the page and in the archive", async () => {
  for (const view of ["chat", "archive"] as const) {
    const kept = new TextCache(16_000_000);
    const history = conversation(50);
    assert(await renders(kept, history, reader("ada"), view) >= 100, "50 texts and 50 rows");
    assertEquals(await renders(kept, history, reader("ada"), view), 0);
    assertEquals(await renders(kept, history, reader("bob", { read_seq: 10, admin: true, role: "owner" }), view), 0);
  }
});

Deno.test("kept HTML: a new version of a message renders that one alone", async () => {
  const kept = new TextCache(16_000_000);
  const history = conversation(50);
  await renders(kept, history, reader("ada"));
  const edited = replaced(history, 20, { content: "other words", edited_at: new Date(START).toISOString() });
  assertEquals(await renders(kept, edited, reader("bob")), 2, "its text and its row");
  const reacted = replaced(edited, 20, { reactions: [{ emoji: "👍", count: 1 }] });
  assertEquals(await renders(kept, reacted, reader("bob")), 1);
  assertEquals(await renders(kept, replaced(reacted, 20, { pinned: true }), reader("ada")), 1);
  assertEquals(await renders(kept, replaced(history, 20, { content: "", deleted: true }), reader("ada")), 1);
  const renamed = { display_name: "Ada Lovelace", color: "#e5484d", avatar: "a1" };
  assertEquals(await renders(kept, replaced(history, 20, renamed), reader("ada")), 1);
});

Deno.test("kept HTML: own reactions and mentions are the reader's own", async () => {
  const kept = new TextCache(16_000_000);
  const history = conversation(3);
  const mentions = [{ user_id: "bob", username: "bob" }];
  history.events.push(message(history, 4, "ada", "@bob hello", { mentions, reactions: [{ emoji: "👍", count: 2 }] }));
  const bob = reader("bob", { mine: { "4-a": ["👍"] } });
  const his = await pageOf(history, bob, "chat", kept);
  const hers = await pageOf(history, reader("eve"), "chat", kept);
  for (const own of [/ data-calls-me\b/, / data-me\b/, / aria-pressed="true"/]) {
    assert(own.test(his) && !own.test(hers), String(own));
  }
});

Deno.test("kept HTML: a name that a mention no longer means is not marked, though the text is the same", async () => {
  const kept = new TextCache(16_000_000);
  const history = conversation(1);
  const said = (username: string) =>
    replaced(history, 1, { content: "@bob hello", mentions: [{ user_id: "bob", username }] });
  for (const now of [said("bob"), said("unknown")]) {
    assertEquals(
      await pageOf(now, reader("ada"), "chat", kept),
      await pageOf(now, reader("ada"), "chat", null),
    );
  }
});

Deno.test("kept HTML: what is kept takes no more memory than it may, however many messages there are", async () => {
  const kept = new TextCache(200_000);
  for (let at = 0; at < 10; at++) {
    const history = conversation(50);
    history.events = history.events.map((event) => ({ ...event, display_name: `Ada ${at}` }));
    await pageOf(history, reader("ada"), "chat", kept);
    assert(kept.bytes <= 200_000, `${kept.bytes} bytes`);
  }
  assert(kept.size > 20);
});

Deno.test("kept HTML: random histories and readers get byte for byte what an empty cache gives", async () => {
  for (const [seed, bytes] of [[1, 16_000_000], [2, 300_000]] as const) {
    const draw = makeDraw(seed);
    const kept = new TextCache(bytes);
    let history = conversation(5);
    for (let round = 0; round < 60; round++) {
      history = draw.step(history);
      const who = draw.reader(history);
      const view = draw.of(["chat", "chat", "archive"] as const);
      const [cached, fresh] = [await pageOf(history, who, view, kept), await pageOf(history, who, view, null)];
      assertEquals(cached, fresh, `seed ${seed}, round ${round}, ${view} of ${JSON.stringify(who)}`);
    }
    assert(kept.misses > 0);
  }
});

const SAYINGS = [
  "plain words",
  "**bold** <b>&amp;",
  "@ada and @bob",
  "@room look",
  "https://chat.example.org/rooms/x and https://example.org/",
  "```js\nconst a = 1;\n```",
  "👍",
  "- a\n- b\n> c",
];
const EMOJI = ["👍", "🎉"];

/** Draws histories and readers; the same seed draws the same. */
function makeDraw(seed: number) {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const of = <T,>(all: readonly T[]): T => {
    const one = all[below(all.length)];
    if (one === undefined) throw new Error("nothing to draw from");
    return one;
  };
  const change = (): Partial<ChatMessage> =>
    of<() => Partial<ChatMessage>>([
      () => ({ content: of(SAYINGS), edited_at: new Date(START).toISOString() }),
      () => ({ reactions: EMOJI.map((emoji) => ({ emoji, count: 1 + below(3) })) }),
      () => ({ content: "", deleted: true, ...(below(2) === 0 ? {} : { removed_by: "ada", reason: "spam" }) }),
      () => ({ pinned: true }),
      () => ({ files: [{ id: "f1", name: "a.png", type: "image/png", size: 10, width: 20, height: 10 }] }),
    ])();
  const said = (history: History): RoomEvent => {
    const seq = history.events.length + 1;
    const content = of(SAYINGS);
    const mentions = ["ada", "bob"].map((id) => ({ user_id: id, username: id }));
    return message(history, seq, of([...history.people.keys()]), content, {
      ...(content.startsWith("@ada") ? { mentions } : {}),
      ...(content.startsWith("@room") ? { mentions_room: "room" as const } : {}),
      ...(below(3) === 0 ? { reply_to: `${1 + below(seq)}-a` } : {}),
    });
  };
  const system = (history: History): RoomEvent => {
    const { type: _, content: __, ...base } = message(history, history.events.length + 1, "bob", "");
    return of<RoomEvent>([
      { type: "join", ...base, role: "member" },
      { type: "leave", ...base, by: "ada" },
      { type: "message_pinned", ...base, message_id: "1-a" },
      { type: "member_muted", ...base, by: "ada", muted_until: new Date(START + 5_000_000).toISOString() },
    ]);
  };
  const rename = (history: History): History => {
    const id = of([...history.people.keys()]);
    const user = { ...personOf(id), display_name: `${id} ${below(3)}`, color: of(["#3e63dd", "#e5484d"]) };
    const { id: _, ...shown } = user;
    return {
      people: new Map(history.people).set(id, user),
      events: history.events.map((event) => event.user_id === id ? { ...event, ...shown } : event),
    };
  };
  return {
    of,
    step(history: History): History {
      const kind = below(6);
      if (kind === 0) return rename(history);
      if (kind === 1) return { ...history, events: [...history.events, system(history)] };
      if (kind <= 3) return { ...history, events: [...history.events, said(history)] };
      return replaced(history, 1 + below(history.events.length), change());
    },
    reader({ events }: History): Reader {
      const ids = events.map(({ id }) => id);
      return reader(of(["ada", "bob", "eve", "zoe"]), {
        language: of(["en", "pt"]),
        time_format: of(["auto", "12", "24"]),
        zone: of(["UTC", "Asia/Tokyo", "America/New_York"]),
        origin: of([ORIGIN, "http://127.0.0.1:8000"]),
        admin: below(2) === 0,
        role: of(["owner", "moderator", "member"]),
        blocked: of([[], [], ["bob"], ["ada", "eve"]]),
        read_seq: below(events.length + 1),
        mine: Object.fromEntries([of(ids), of(ids)].map((id) => [id, [of(EMOJI)]])),
      });
    },
  };
}
