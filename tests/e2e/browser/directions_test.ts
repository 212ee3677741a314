/** Texts and names of both directions: every part keeps its place. Boxes are measured, not attributes read. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { live, openPage, PASSWORD, post, register, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

interface Box {
  left: number;
  right: number;
}

/** Where a piece of text is drawn; it may be spread over several elements. */
async function boxOf(page: Page, selector: string, piece: string): Promise<Box> {
  return await page.locator(selector).last().evaluate((element, piece) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes: Text[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Text) nodes.push(node);
    }
    const whole = nodes.map(({ data }) => data).join("");
    const at = whole.indexOf(piece);
    if (at < 0) throw new Error(`${piece} is not in ${whole}`);
    const place = (offset: number): [Text, number] => {
      for (const node of nodes) {
        if (offset <= node.length) return [node, offset];
        offset -= node.length;
      }
      throw new Error("past the end");
    };
    const boxes = [...piece].map((_, i) => {
      const range = document.createRange();
      range.setStart(...place(at + i));
      range.setEnd(...place(at + i + 1));
      // a place between two nodes has a box in each
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      return { left: Math.min(...rects.map(({ left }) => left)), right: Math.max(...rects.map(({ right }) => right)) };
    }).filter(({ left }) => Number.isFinite(left));
    return { left: Math.min(...boxes.map(({ left }) => left)), right: Math.max(...boxes.map(({ right }) => right)) };
  }, piece);
}

/** That the pieces stand so from left to right. */
async function inOrder(page: Page, selector: string, pieces: string[]): Promise<void> {
  const boxes = await Promise.all(pieces.map((piece) => boxOf(page, selector, piece)));
  for (const [i, box] of boxes.entries()) {
    const next = boxes[i + 1];
    if (next === undefined) continue;
    assert(
      box.right <= next.left + 1,
      `${selector}: ${pieces[i]} is not left of ${pieces[i + 1]}: ${JSON.stringify(boxes)}`,
    );
  }
}

/** The lines of cases/rtl.txt and more of their kind, with what stands from left to right. */
const TEXTS: [text: string, fromLeft: string[]][] = [
  ["@sam مرحبا كيف حالك.", [".", "حالك", "مرحبا", "@sam"]],
  ["@sam مرحبا كيف حالك.", ["@", "sam"]],
  ["مرحبا @sam كيف حالك.", [".", "كيف", "@sam", "مرحبا"]],
  ["مرحبا @sam كيف حالك.", ["@", "sam"]],
  ["مرحبا @nobody كيف.", ["كيف", "@", "nobody", "مرحبا"]],
  ["مرحبا بالعالم 123!", ["!", "123", "بالعالم", "مرحبا"]],
  ["انظر https://example.org/a/b?c=d الآن", ["الآن", "https:", "/a/b", "c=d", "انظر"]],
  ["شغّل `ls -la /tmp` الآن", ["الآن", "ls", "-la", "/tmp", "شغّل"]],
  ["Hello مرحبا, @sam!", ["Hello", "مرحبا", "@sam", "!"]],
  ["> שלום @sam!", ["!", "@", "sam", "שלום"]],
];

async function checkTexts(page: Page, ids: string[], row: (id: string) => string): Promise<void> {
  for (const [i, [text, fromLeft]] of TEXTS.entries()) {
    const selector = `${row(ids[i] ?? "")} .prose`;
    await inOrder(page, selector, fromLeft);
    const isLeft = text.startsWith("Hello");
    const paragraph = await page.locator(`${selector} p`).boundingBox();
    const first = await boxOf(page, selector, isLeft ? "Hello" : text.startsWith(">") ? "שלום" : fromLeft.at(-1) ?? "");
    assert(paragraph !== null);
    if (isLeft) assert(Math.abs(first.left - paragraph.x) < 2, text);
    else if (fromLeft.length > 2) {
      assert(Math.abs(first.right - paragraph.x - paragraph.width) < 6, `${text} begins on the right`);
    }
  }
}

Deno.test("text direction: mentions, links and code keep their order in a message, and each line starts on its script's side", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    await register(browser, origin, "sam", "Sam");
    const ids: string[] = [];
    for (const [text] of TEXTS) ids.push(await post(page, origin, text));
    await page.reload();
    await settled(page, "Hello مرحبا");
    await checkTexts(page, ids, (id) => `.message[data-id="${id}"]`);

    const still = await openPage(browser, {
      javaScriptEnabled: false,
      storageState: await page.context().storageState(),
    });
    await still.page.goto(`${origin}/rooms/general?around=${ids.at(-1)}`);
    await checkTexts(still.page, ids, (id) => `#m-${id}`);
    await still.page.context().close();
  }));

Deno.test("text direction: names and texts keep their order in lists, quotes, the sidebar, search results and titles", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    for (const [username, name] of [["ali", "علي (1)!"], ["beni", "בני"]] as const) {
      const answer = await page.request.post(`${origin}/api/users`, {
        data: { username, password: PASSWORD, display_name: name },
        headers: { origin },
      });
      assertEquals(answer.status(), 201);
    }
    const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "مشروع (2)!" }, headers: { origin } });
    assertEquals(made.status(), 201);
    await page.reload();
    // three people joined, told as one line
    await page.locator(".system", { hasText: "בני" }).waitFor();
    await inOrder(page, ".system", ["!", "(1)", "علي"]);
    await inOrder(page, ".system", ["Ada", "علي", "בני", "joined"]);

    const id = await post(page, origin, "مرحبا @sam كيف حالك.");
    const reply = await page.request.post(`${origin}/api/rooms/general/messages`, {
      data: { content: "a reply", reply_to: id },
      headers: { origin },
    });
    assertEquals(reply.status(), 201);
    await settled(page, "a reply");
    await inOrder(page, ".quote-text", [".", "كيف", "@", "sam", "مرحبا"]);

    const other = `.room-link:has-text("مشروع") .room-name`;
    await inOrder(page, other, ["!", "(2)", "مشروع"]);
    const [rtl, ltr] = [
      await boxOf(page, other, "!"),
      await boxOf(page, `.room-link:has-text("general") .room-name`, "g"),
    ];
    assert(Math.abs(rtl.left - ltr.left) < 2, "names of any direction begin at one line");

    await page.locator(other).click();
    await page.locator(".room-title h1", { hasText: "مشروع" }).waitFor();
    await inOrder(page, ".room-title h1", ["!", "(2)", "مشروع"]);
    await page.waitForFunction(() => document.title.includes("مشروع"));
    assertEquals(await page.title(), "\u2068مشروع (2)!\u2069 · Parley");
    await inOrder(page, ".beginning p", ["beginning of", "!", "(2)", "مشروع", "Say hello"]);
  }));

/** In place of the browser's own, which needs a desktop. */
const STUB = `
  globalThis.told = [];
  globalThis.Notification = class {
    static permission = "granted";
    constructor(title, { body }) {
      told.push(title, body);
    }
    close() {}
  };
`;

Deno.test("text direction: names and texts keep their order in dialogs, typing lines, search results and notifications", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada");
    const ali = await openPage(browser);
    const headers = { origin };
    const account = { username: "ali", password: PASSWORD };
    for (
      const [path, data] of [["users", { ...account, display_name: "علي (1)" }], ["users/login", account]] as const
    ) {
      const answer = await ali.page.request.post(`${origin}/api/${path}`, { data, headers });
      assert(answer.ok(), await answer.text());
    }
    const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "مشروع (2)" }, headers });
    const room = String((await made.json()).id);
    await ali.page.request.post(`${origin}/api/rooms/${room}/members`, { data: {}, headers });
    const text = "مرحبا @ada كيف حالك.";

    await page.addInitScript(STUB);
    await page.goto(`${origin}/rooms/general`);
    await live(page);
    // what tells of messages comes a moment later
    await until(async () => {
      await post(ali.page, origin, text, room);
      return await page.evaluate<boolean>("told.length > 0");
    });
    assertEquals(await page.evaluate("told.slice(0, 2)"), [
      "\u2068علي (1)\u2069 · \u2068مشروع (2)\u2069",
      "مرحبا \u2068@ada\u2069 كيف حالك.",
    ]);

    await ali.page.goto(`${origin}/rooms/general`);
    await live(ali.page);
    await until(async () => {
      // it is told anew every few seconds, and goes after five
      await ali.page.locator(".composer-input").pressSequentially("x");
      return await page.locator(".typing", { hasText: "typing" }).isVisible();
    });
    await inOrder(page, ".typing", ["(1)", "علي", "is typing"]);

    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to a room" }).fill("كيف");
    await page.getByText(/^Search messages for/).click();
    await page.locator(".found-text", { hasText: "حالك" }).first().waitFor();
    await inOrder(page, ".found-text", [".", "حالك", "كيف", "@", "ada", "مرحبا"]);
    await page.keyboard.press("Escape");

    await page.locator(`.room-link:has-text("مشروع")`).click();
    await page.locator(".room-title h1", { hasText: "مشروع" }).waitFor();
    await page.getByRole("button", { name: "Room menu" }).click();
    await page.getByRole("menuitem", { name: /^Leave/ }).click();
    const title = page.locator("dialog[open] h2");
    await title.waitFor();
    await inOrder(page, "dialog[open] h2", ["Leave", "(2)", "مشروع", "?"]);
  }));
