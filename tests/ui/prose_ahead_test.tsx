/** S5: a page's texts are rendered in turns, and there is an end to what they cost. */
import { assert, assertEquals } from "@std/assert";
import { renderToString } from "preact-render-to-string";
import type { ChatMessage } from "../../lib/protocol/model.ts";
import { Prose } from "../../lib/ui/message/prose.tsx";
import { AheadContext, proseAhead } from "../../lib/ui/message/prose_ahead.tsx";
import { TEXTS } from "../../lib/ui/strings/tables.ts";
import { inEnglish } from "../support/english.tsx";

const reader = { strings: TEXTS.en.chat, time_format: "auto" } as const;

function message(seq: number, content: string, more: Partial<ChatMessage> = {}): ChatMessage {
  return {
    type: "chat_message",
    id: `${seq}-a`,
    seq,
    room_id: "general",
    timestamp: "2026-01-01T00:00:00.000Z",
    content,
    user_id: "u",
    username: "ada",
    display_name: "Ada",
    color: "#000000",
    ...more,
  };
}

function pageOf(piece: string): ChatMessage[] {
  return Array.from({ length: 50 }, (_, seq) => message(seq, `${seq} ${piece.repeat(4_000 / piece.length)}`));
}

Deno.test("prose ahead: a page of 50 messages of 4,000 marks yields to the event loop at least every other message", async () => {
  for (const piece of ["[a](", "![a](", "`a ", "**a", "- a\n", "@a "]) {
    let turns = 0;
    const turn = () => Promise.resolve(void turns++);
    const { texts: made } = await proseAhead(pageOf(piece), { reader, turn });
    assertEquals(made.size, 50);
    // what costs more than a page may is not parsed at all: it costs no turns
    assert(turns >= 12, `${piece}: ${turns} turns`);
  }
});

Deno.test("prose ahead: other tasks run while a page's texts are rendered", async () => {
  let others = 0;
  let done = false;
  const other = () => {
    others++;
    if (!done) setTimeout(other, 0);
  };
  setTimeout(other, 0);
  await proseAhead(pageOf("**a"), { reader });
  done = true;
  assert(others >= 10, `${others} times`);
});

Deno.test("prose ahead: a page of plain messages takes one pause, an empty page none", async () => {
  let turns = 0;
  const turn = () => Promise.resolve(void turns++);
  const texts = Array.from({ length: 50 }, (_, seq) => message(seq, `Hello **${seq}**, see https://example.org/.`));
  assertEquals((await proseAhead(texts, { reader, turn })).texts.size, 50);
  assertEquals(turns, 1);
  assertEquals((await proseAhead([message(1, "", { deleted: true })], { reader, turn })).texts.size, 0);
  assertEquals(turns, 1);
});

Deno.test("prose ahead: past a page's limit of work later texts are shown without markup", async () => {
  const { texts, whole } = await proseAhead(pageOf("**a** "), { reader, turn: () => Promise.resolve() });
  const made = [...texts.values()];
  assert(!whole);
  assert(made[0]?.includes("<strong>"));
  assert(made[49]?.startsWith("<p>49 **a** **a**"), made[49]?.slice(0, 40));
  const nodes = made.reduce((sum, html) => sum + html.split("<").length, 0);
  assert(nodes < 100_000, `${nodes} nodes`);
});

Deno.test("prose ahead: a text rendered ahead is the same as in its page, for its reader", async () => {
  const mentions = [{ user_id: "me", username: "sam" }];
  const content = "**Hi** @sam, `a < b`:\n\n```js\nx\n```\n> 3. <script>\n\nhttps://example.org/?a=1&b=2";
  const told = message(1, content, { mentions });
  const { texts: ahead } = await proseAhead([told], { reader, me: "me" });
  const html = (me?: string) => renderToString(inEnglish(<Prose text={content} calls={told} me={me} />));
  const page = (me?: string) =>
    renderToString(inEnglish(
      <AheadContext.Provider value={ahead}>
        <Prose text={content} calls={told} me={me} />
      </AheadContext.Provider>,
    ));
  assertEquals(page("me"), html("me"));
  assert(html("me").includes("data-me") && !html("me").includes("<script>"));
  // for anybody else it is not what was made
  assertEquals(page("other"), html("other"));
  assert(!html("other").includes("data-me"));
});
