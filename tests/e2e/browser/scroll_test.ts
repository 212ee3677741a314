/** What one reads stays where it is. */
import { assert, assertEquals } from "@std/assert";
import type { Page, Route } from "playwright-core";
import { live, message, register, say, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("scrolling: the messages being read do not move when older or newer ones come", (t) =>
  withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const grace = await register(browser, origin, "grace", "Grace");
    for (let n = 1; n <= 160; n++) {
      const content = n % 7 === 0 ? `Line ${n}\n\nwith more\n\nbelow it` : `Line ${n}`;
      const answer = await grace.page.request.post(`${origin}/api/rooms/general/messages`, {
        data: { content },
        headers: { origin },
      });
      assertEquals(answer.status(), 201);
    }
    const { page } = ada;

    await t.step("the server's page starts at its end, with a divider before the unread messages", async () => {
      const api = `${origin}/api/rooms/general`;
      await page.goto("about:blank"); // which tells what was read
      const { messages } = await (await page.request.get(`${api}/messages?limit=10`)).json();
      const { seq } = messages.find(({ content }: { content: string }) => content === "Line 158");
      await until(async () => {
        const answer = await page.request.post(`${api}/read`, { data: { seq, unread: true }, headers: { origin } });
        return (await answer.json()).read_seq === seq;
      });
      await page.goto(`${origin}/rooms/general`);
      await live(page);
      await message(page, "Line 160").waitFor();
      assertEquals(
        await page.evaluate(`[...document.querySelectorAll(".unread")].map((divider) =>
          divider.nextElementSibling?.querySelector(".prose").textContent)`),
        ["Line 159"],
      );
      assertEquals(await page.evaluate("document.querySelector('.timeline').scrollTop"), 0);
    });
    await t.step("older messages are added above without a move", async () => {
      await bottom(page);
      await page.getByRole("link", { name: "Older messages" }).waitFor({ state: "attached" });
      const moved = await page.evaluate<number>(`(async () => {
        const box = document.querySelector(".timeline");
        const first = () => document.querySelector(".message").dataset.key;
        const frame = () => new Promise(requestAnimationFrame);
        const top = () => box.getBoundingClientRect().top;
        const before = first();
        box.scrollTop = -(box.scrollHeight - box.clientHeight) + 40;
        // what is read at the top now is there after each frame, until older ones have come in
        const seen = [...document.querySelectorAll(".message")].find((e) => e.getBoundingClientRect().bottom > top())
          .querySelector(".prose");
        const at = seen.getBoundingClientRect().top;
        let moved = 0;
        for (let frames = 0; first() === before && frames < 600; frames++) {
          await frame();
          moved = Math.max(moved, Math.abs(seen.getBoundingClientRect().top - at));
        }
        if (first() === before) throw new Error("nothing older came in");
        await frame();
        await frame();
        return Math.max(moved, Math.abs(seen.getBoundingClientRect().top - at));
      })()`);
      assert(moved <= 1, `moved by ${moved} px`);
    });
    await t.step("a new message below moves nothing, and a button announces it", async () => {
      // one and the same row: its neighbours are as high as it is
      const top = () =>
        page.evaluate<number>(`(() => {
        const box = document.querySelector(".timeline").getBoundingClientRect();
        globalThis.watched ??= [...document.querySelectorAll(".message")]
          .find((e) => e.getBoundingClientRect().bottom > box.top);
        return watched.getBoundingClientRect().top;
      })()`);
      const before = await top();
      await say(grace.page, "News from below");
      await page.getByRole("button", { name: "1 new" }).waitFor();
      assert(Math.abs(await top() - before) <= 1, `${before} became ${await top()}`);
    });
    await t.step("the button scrolls to the end", async () => {
      await page.getByRole("button", { name: "1 new" }).click();
      await message(page, "News from below").waitFor();
      await page.locator(".jump").waitFor({ state: "detached" });
    });
    await t.step("at the end the page follows new messages, and my own send scrolls there", async () => {
      await say(grace.page, "Followed");
      await message(page, "Followed").waitFor();
      assertEquals(await atEnd(page), true);
      await page.evaluate("document.querySelector('.timeline').scrollTop = -900");
      await page.getByRole("button", { name: "Jump to latest" }).waitFor();
      await say(page, "Mine");
      await page.locator(".jump").waitFor({ state: "detached" });
      assertEquals(await atEnd(page), true);
    });
    assertEquals([...ada.problems, ...grace.problems], []);
  }));

async function bottom(page: Page): Promise<void> {
  await page.evaluate("document.querySelector('.timeline').scrollTop = 0");
  await page.locator(".jump").waitFor({ state: "detached" });
}

function atEnd(page: Page): Promise<boolean> {
  return page.evaluate("Math.abs(document.querySelector('.timeline').scrollTop) < 2");
}

const MANY = 5_000;

Deno.test("scrolling: paging through 5,000 messages moves nothing, and the page holds at most 300", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada");
    const first = await post(page, origin, "The very first");
    await postMany(page, origin, Array.from({ length: MANY }, (_, n) => `Line ${n}`));
    await post(page, origin, "The answer to it", first);
    await page.reload();
    await live(page);

    const up = await walk(page, -600, `document.querySelector(".beginning") !== null`);
    assert(up.moved <= 1 && up.most <= 300, JSON.stringify(up));
    await message(page, "The very first").waitFor();
    const down = await walk(page, 600, `document.querySelector(".jump") === null`);
    assert(down.moved <= 1 && down.most <= 300, JSON.stringify(down));

    await message(page, "The answer to it").locator(".quote").click();
    await page.locator(".message[data-highlight]", { hasText: "The very first" }).waitFor();
    await page.getByRole("button", { name: "Jump to latest" }).click();
    await message(page, "The answer to it").waitFor();
    assertEquals(problems, []);
  }));

Deno.test("scrolling: older messages that arrive late, when the reader is at the very top, move nothing", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada");
    // what goes at the end is higher than what comes at the top: the box gets shorter than where the reader is
    await postMany(page, origin, Array.from({ length: 330 }, (_, n) => `Line ${n}`));
    await postMany(page, origin, Array.from({ length: 60 }, (_, n) => `High ${n}\n\nand\n\nhigher`));
    await page.reload();
    await live(page);
    const asked: Route[] = [];
    await page.route("**/messages?before=*", (route) => void asked.push(route));
    for (let older = 0; older === 0 || await page.locator("[data-older]").count() > 0; older++) {
      await page.evaluate("document.querySelector('.timeline').scrollTop = -1e6");
      await until(() => asked.length > 0);
      const came = page.evaluate<number>(`(async () => {
        const box = document.querySelector(".timeline");
        const first = () => document.querySelector(".message").dataset.key;
        const before = first();
        const text = document.querySelector(".message .prose");
        const at = text.getBoundingClientRect().top;
        const frame = () => new Promise(requestAnimationFrame);
        for (let frames = 0; first() === before && frames < 600; frames++) await frame();
        await frame();
        return text.getBoundingClientRect().top - at;
      })()`);
      await asked.pop()?.continue();
      const moved = Math.abs(await came);
      assert(moved <= 1, `the ${older + 1}. time older ones came it moved by ${moved} px`);
    }
    assertEquals(problems, []);
  }));

async function post(page: Page, origin: string, content: string, reply_to?: string): Promise<string> {
  const data = { content, ...(reply_to === undefined ? {} : { reply_to }) };
  const answer = await page.request.post(`${origin}/api/rooms/general/messages`, { data, headers: { origin } });
  return String((await answer.json()).id);
}

/** Fifty at once: within fifty they come in any order. */
async function postMany(page: Page, origin: string, contents: readonly string[]): Promise<void> {
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  for (let n = 0; n < contents.length; n += 50) {
    await Promise.all(
      contents.slice(n, n + 50).map(async (content) => {
        const answer = await fetch(`${origin}/api/rooms/general/messages`, {
          method: "POST",
          headers: { cookie, origin, "content-type": "application/json" },
          body: JSON.stringify({ content }),
        });
        await answer.body?.cancel();
        assertEquals(answer.status, 201);
      }),
    );
  }
}

/** Scrolls by steps until `done`: how far a row moved that nobody scrolled, and the most messages there were. */
function walk(page: Page, by: number, done: string): Promise<{ moved: number; most: number }> {
  return page.evaluate(`(async () => {
    const box = document.querySelector(".timeline");
    const frame = () => new Promise(requestAnimationFrame);
    let moved = 0, most = 0;
    for (let steps = 0; !(${done}); steps++) {
      if (steps > 1000) throw new Error("the end was never reached");
      box.scrollTop += ${by};
      const rows = [...document.querySelectorAll(".message")];
      const seen = rows.find((e) => e.getBoundingClientRect().bottom > box.getBoundingClientRect().top);
      // what it says: its author's name goes once an older one of the same group stands above it
      const text = seen.querySelector(".prose");
      const at = text.getBoundingClientRect().top;
      await frame();
      await frame();
      // whoever comes near the end is taken to it, and follows it from there
      const ended = Math.abs(box.scrollTop) < 2;
      if (text.isConnected && !ended) moved = Math.max(moved, Math.abs(text.getBoundingClientRect().top - at));
      most = Math.max(most, rows.length);
    }
    return { moved, most };
  })()`);
}
