/** WCAG 2.2 AA as far as a machine can tell (axe-core), on every page and in every state, in both themes. */
import { assertEquals } from "@std/assert";
import axe from "axe-core";
import { Buffer } from "node:buffer";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import {
  act,
  composer,
  live,
  message,
  openPage,
  PASSWORD,
  type Person,
  post,
  register,
  say,
  settled,
  withServer,
} from "../../support/browser.ts";
import { PIXEL } from "../../support/images.ts";

/** Animations fade colours: what counts is how it looks once it stands. */
const STILL: BrowserContextOptions = { reducedMotion: "reduce" };
const PHONE: BrowserContextOptions = {
  ...STILL,
  viewport: { width: 375, height: 740 },
  hasTouch: true,
  isMobile: true,
};

const OPTIONS = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  rules: { "target-size": { enabled: true } },
};
/** A theme changes colours alone: in the second one only the rules about colours can find anything new. */
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/** Resolves once the colours of a theme have come: whatever moves has an end, but for what moves for ever. */
const STANDS = `new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))).then(() =>
  Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished)))`;

/** Looks at pages in both themes, and gathers what is wrong with them. */
class Audit {
  readonly found: string[] = [];

  /** `except`: rules that do not hold there, for the reason that the caller gives. */
  async look(page: Page, state: string, except: string[] = []): Promise<void> {
    const rules = { ...OPTIONS.rules, ...Object.fromEntries(except.map((rule) => [rule, { enabled: false }])) };
    for (const [colorScheme, options] of [["light", { ...OPTIONS, rules }], ["dark", COLOURS]] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(STANDS);
      await page.evaluate(`typeof axe === "undefined" && (() => { ${axe.source} })()`);
      const violations = await page.evaluate<string[]>(
        `axe.run(${JSON.stringify(options)}).then((result) => result.violations.map((v) => v.id + ": " +
          v.nodes.map((n) => n.html.slice(0, 160) + " " + [...n.any, ...n.all, ...n.none].map((c) => c.message)[0])
            .join(" | ")))`,
      );
      this.found.push(...violations.map((violation) => `${state}, ${colorScheme}: ${violation}`));
    }
  }

  /** Opens a dialog, looks at it, and puts it away. */
  async dialog(page: Page, state: string, open: () => Promise<void>): Promise<void> {
    await open();
    await page.getByRole("dialog").waitFor();
    // what it loads is there, or will not come
    await page.locator("dialog .skeleton").first().waitFor({ state: "detached" });
    await this.look(page, state);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

Deno.test("accessibility: axe reports no violation in any state of the pages, light and dark", (t) =>
  withServer(async (origin, browser) => {
    const audit = new Audit();
    await t.step("an empty server's set-up", () => setUp(audit, browser, origin));
    const grace = await register(browser, origin, "grace", "Grace Hopper", STILL);
    await t.step("the pages of a reader who is signed out", () => signedOut(audit, browser, origin));
    await audit.look(grace.page, "an empty room");
    const ada = await register(browser, origin, "ada", "Ada Lovelace", STILL);
    await t.step("a room with every kind of message", () => busyRoom(audit, grace, ada, origin));
    await t.step("the menus and dialogs of a message", () => messageStates(audit, grace.page));
    await t.step("a message's files and pictures, and the lightbox", () => fileStates(audit, grace.page, origin));
    await t.step("the composer with its lists and pickers open", () => composerStates(audit, grace.page));
    await t.step("the dialogs of rooms, people and search", () => roomStates(audit, grace.page));
    await t.step("a phone's room and lists", () => phone(audit, browser, origin, grace.page));
    await t.step("a lost connection, and an action that fails", () => failures(audit, grace));
    await t.step("settings, administration and error pages", () => otherPages(audit, grace.page, ada.page, origin));
    assertEquals(audit.found, []);
  }));

async function setUp(audit: Audit, browser: Browser, origin: string): Promise<void> {
  const { page } = await openPage(browser, STILL);
  await page.goto(`${origin}/`);
  await page.getByLabel("Your team’s name").waitFor();
  await audit.look(page, "set-up");
  await page.getByLabel("Username").fill("not a name!");
  await page.getByLabel("Password").fill("password");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await audit.look(page, "set-up refused");
  await page.context().close();
}

async function signedOut(audit: Audit, browser: Browser, origin: string): Promise<void> {
  const { page } = await openPage(browser, STILL);
  await page.goto(`${origin}/login`);
  await audit.look(page, "sign-in");
  await page.getByLabel("Username").fill("nobody");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await audit.look(page, "sign-in refused");
  await page.goto(`${origin}/register`);
  await audit.look(page, "registration");
  await page.goto(`${origin}/register?invitation=0000000000000000`);
  await audit.look(page, "an invitation that does not hold");
  await page.goto(`${origin}/register`);
  await page.getByLabel("Username").fill("not a name!");
  await page.getByLabel("Password").fill("password");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("[aria-invalid=true]").first().waitFor();
  await audit.look(page, "registration refused");
  await page.goto(`${origin}/api/docs`);
  await audit.look(page, "documentation");
  await page.context().close();
}

async function busyRoom(audit: Audit, { page }: Person, ada: Person, origin: string): Promise<void> {
  const call = async (method: "put" | "patch" | "delete", path: string, data?: unknown, as = page) => {
    const answer = await as.request[method](`${origin}/api${path}`, { headers: { origin }, ...(data ? { data } : {}) });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
  };
  const one = (id: string) => `/rooms/general/messages/${id}`;
  await post(ada.page, origin, "A list:\n\n- **one**\n- `two` and [a link](https://example.org)\n\n> quoted");
  await post(ada.page, origin, "```ts\n// why\nconst a: string = `b`; // 4\n```\n```diff\n- old\n+ new\n```");
  await post(ada.page, origin, "👍🎉");
  const marked = await post(page, origin, "Edited, pinned and reacted to, and it calls @ada");
  await call("patch", one(marked), { content: "Edited, pinned and reacted to, and it calls @ada!" });
  await call("put", `/rooms/general/pins/${marked}`);
  for (const emoji of ["👍", "🎉"]) await call("put", `${one(marked)}/reactions/${encodeURIComponent(emoji)}`);
  await call("put", `${one(marked)}/reactions/${encodeURIComponent("🎉")}`, undefined, ada.page);
  await call("delete", one(await post(page, origin, "Not for long")));
  await message(page, "calls @ada!").waitFor();
  await act(page, "quoted", "Reply");
  await say(page, "An answer");
  await settled(page, "An answer");
  await page.mouse.move(0, 0);
  await audit.look(page, "a busy room");
  await message(page, "const a").hover();
  await audit.look(page, "code under the pointer");
  const { id } = await (await ada.page.request.get(`${origin}/api/me`)).json();
  await call("put", `/me/blocks/${id}`);
  await page.getByText("messages from someone you blocked").waitFor();
  await audit.look(page, "a blocked person's messages");
  await call("delete", `/me/blocks/${id}`);
  await page.getByText("messages from someone you blocked").waitFor({ state: "detached" });
  await ada.page.reload();
  await live(ada.page);
  await audit.look(ada.page, "the same room as a member sees it");
  await ada.page.evaluate(`(() => {
    const names = [...document.querySelectorAll(".message .author-name")];
    for (let n = 0; n < 24; n++) {
      const name = names[0].cloneNode(true);
      name.className = "author-name author-" + n;
      names[0].after(name);
    }
  })()`);
  await audit.look(ada.page, "names in each of the colours");
  await ada.page.reload();
  await live(ada.page);
}

async function messageStates(audit: Audit, page: Page): Promise<void> {
  const text = "calls @ada!";
  const more = async (item: string) => {
    await act(page, text, "More");
    await page.getByRole("menuitem", { name: item }).click();
  };
  await act(page, text, "More");
  await audit.look(page, "a message's menu");
  await page.keyboard.press("Escape");
  await act(page, text, "React");
  await audit.look(page, "quick reactions");
  await page.keyboard.press("Escape");
  await audit.dialog(page, "every reaction", () => more("More emoji…"));
  await message(page, text).getByRole("button", { name: "🎉 2, yours" }).hover();
  await page.getByRole("tooltip").waitFor();
  await audit.look(page, "who reacted");
  await page.mouse.move(0, 0);
  await audit.dialog(page, "everybody who reacted", () => more("Who reacted…"));
  await audit.dialog(
    page,
    "earlier texts",
    () => message(page, text).getByRole("button", { name: "edited" }).click(),
  );
  await message(page, "quoted").first().hover();
  await audit.dialog(page, "reporting", async () => {
    await message(page, "quoted").first().getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Report…" }).click();
  });
  await audit.dialog(page, "deleting", () => more("Delete…"));
  await audit.dialog(page, "pinned messages", () => page.getByRole("button", { name: "Pinned messages" }).click());
}

async function fileStates(audit: Audit, page: Page, origin: string): Promise<void> {
  const upload = async (name: string) => {
    const answer = await page.request.post(`${origin}/api/files?name=${name}`, {
      data: Buffer.from(PIXEL),
      headers: { origin, "content-type": "application/octet-stream" },
    });
    return String((await answer.json()).id);
  };
  const files = [await upload("one.png"), await upload("two.png")];
  await page.request.post(`${origin}/api/rooms/general/messages`, {
    data: { content: "Two pictures", files },
    headers: { origin },
  });
  await settled(page, "Two pictures");
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chosen).setFiles([
    { name: "small.txt", mimeType: "text/plain", buffer: Buffer.from("small") },
    { name: "large.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(10 * 1024 * 1024 + 1) },
  ]);
  await page.locator(".attachment[data-status=done]").waitFor();
  await page.locator(".attachment[data-status=failed]").waitFor();
  await audit.look(page, "pictures in a message, and files to be sent");
  await page.getByRole("button", { name: "Remove large.bin" }).click();
  await composer(page).press("Enter");
  await message(page, "small.txt").and(page.locator("[data-state=sent][data-id]")).waitFor();
  await audit.look(page, "a file in a message");
  await audit.dialog(
    page,
    "a picture by itself",
    () => message(page, "Two pictures").locator("a.image").first().click(),
  );
}

async function composerStates(audit: Audit, page: Page): Promise<void> {
  await act(page, "An answer", "Edit");
  await audit.look(page, "editing");
  await page.keyboard.press("Escape");
  await act(page, "An answer", "Reply");
  await audit.look(page, "replying");
  await page.keyboard.press("Escape");
  for (const [typed, label] of [[":smil", "Emoji"], ["@a", "People"]] as const) {
    await composer(page).pressSequentially(typed);
    await page.getByRole("listbox", { name: label }).waitFor();
    await audit.look(page, `completion of ${label}`);
    await composer(page).fill("");
  }
  await composer(page).fill("x".repeat(4_010));
  await composer(page).press("Enter");
  await page.locator(".composer-error").first().waitFor();
  await audit.look(page, "too long a message");
  await composer(page).fill("");
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByRole("dialog", { name: "Emoji" }).waitFor();
  await audit.look(page, "the emoji picker");
  await page.keyboard.press("Escape");
}

async function roomStates(audit: Audit, page: Page): Promise<void> {
  for (const name of ["Create a room", "Browse rooms", "New direct message"]) {
    await audit.dialog(page, name, () => page.getByRole("button", { name }).click());
  }
  for (const name of ["Mentions", "Bookmarks"]) {
    await audit.dialog(page, name, () => page.getByRole("button", { name, exact: true }).click());
  }
  await audit.dialog(page, "searching", async () => {
    await page.getByRole("button", { name: "Search messages" }).click();
    await page.getByRole("dialog").getByRole("combobox").fill("answer");
    await page.getByRole("dialog").getByRole("option").first().waitFor();
  });
  await audit.dialog(page, "inviting", async () => {
    await page.locator(".pane-rooms").getByRole("button", { name: "Invite people" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Show a QR code" }).click();
    await page.locator(".qr-code").waitFor();
  });
  await audit.dialog(page, "the switcher", () => page.keyboard.press("Control+k"));
  await audit.dialog(page, "the search", () => page.keyboard.press("Control+Shift+F"));
  await audit.dialog(page, "what was found", async () => {
    await page.keyboard.press("Control+Shift+F");
    await page.getByRole("combobox", { name: "Search messages" }).fill("quoted");
    await page.locator(".found").first().waitFor();
  });
  const menu = () => page.getByRole("button", { name: "Room menu" }).click();
  await menu();
  await audit.look(page, "a room's menu");
  await page.keyboard.press("Escape");
  for (const item of ["Add someone…", "Edit room…", "Leave room…", "Delete room…"]) {
    await audit.dialog(page, item, async () => {
      await menu();
      await page.getByRole("menuitem", { name: item }).click();
    });
  }
  for (const name of ["Ada Lovelace", "Grace Hopper"]) {
    await audit.dialog(
      page,
      `the profile of ${name}`,
      () => page.getByRole("complementary").getByRole("button", { name }).click(),
    );
  }
}

async function phone(audit: Audit, browser: Browser, origin: string, wide: Page): Promise<void> {
  const { page, gate } = await openPage(browser, { ...PHONE, storageState: await wide.context().storageState() });
  await page.goto(`${origin}/rooms/general`);
  await live(page);
  await audit.look(page, "a room on a phone");
  await message(page, "An answer").locator(".prose").dispatchEvent("pointerdown", { pointerType: "touch" });
  await page.getByRole("menu").waitFor();
  await audit.look(page, "a message's menu on a phone");
  await page.keyboard.press("Escape");
  await page.locator(".people-toggle").tap();
  await audit.look(page, "people on a phone");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "All rooms" }).tap();
  // the list stands alone there: main and its heading are the room, which is the next screen
  const except = ["landmark-one-main", "page-has-heading-one"];
  await audit.look(page, "rooms on a phone", except);
  gate.refusing = true;
  gate.drop();
  await page.getByRole("button", { name: "Retry now" }).waitFor();
  await audit.look(page, "rooms on a phone without a connection", except);
  for (const path of ["/login", "/settings"]) {
    await page.goto(`${origin}${path}`);
    await audit.look(page, `${path} on a phone`);
  }
  await page.context().close();
}

async function failures(audit: Audit, { page, gate }: Person): Promise<void> {
  gate.refusing = true;
  gate.drop();
  await page.getByRole("button", { name: "Retry now" }).waitFor();
  await say(page, "Not sent yet");
  await audit.look(page, "no connection");
  gate.refusing = false;
  // not by the button, which goes away where the next try comes first
  await page.evaluate(`dispatchEvent(new Event("online"))`);
  await settled(page, "Not sent yet");
  await page.route("**/pins/**", (route) => route.abort());
  await act(page, "Not sent yet", "More");
  await page.getByRole("menuitem", { name: "Pin to room" }).click();
  await page.locator(".toast").waitFor();
  await audit.look(page, "what a toast says");
  await page.unroute("**/pins/**");
}

async function otherPages(audit: Audit, page: Page, member: Page, origin: string): Promise<void> {
  const made = await member.request.post(`${origin}/api/rooms`, {
    data: { name: "attic", topic: "Old things", kind: "public" },
    headers: { origin },
  });
  const { id } = await made.json();
  const { messages } = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=2`)).json();
  const pages = [
    ["/rooms", "no room"],
    [`/rooms/${id}`, "a room that one may join"],
    [`/rooms/general?around=${messages[0].id}`, "a page of the archive"],
    ["/settings", "settings"],
    ["/recover", "a forgotten password"],
    ["/admin/overview", "the administration's figures"],
    ["/admin/team", "the team to administer"],
    ["/admin/users", "people to administer"],
    ["/admin/rooms", "rooms to administer"],
    ["/admin/invitations", "invitations"],
    ["/admin/invitations?banned", "invitations after a ban"],
    ["/admin/reports", "reports"],
    ["/admin/audit", "the audit log"],
    ["/nowhere", "an error"],
  ];
  for (const [path, state] of pages) {
    await page.goto(`${origin}${path}`);
    // what is folded away is looked at too
    await page.evaluate(`document.querySelectorAll("details").forEach((one) => one.open = true)`);
    await audit.look(page, state ?? "");
  }
  await page.goto(`${origin}/settings`);
  await page.locator("#password").getByLabel("Current password").fill(`not ${PASSWORD}`);
  await page.locator("#password").getByLabel("New password").fill("another long secret");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator("[aria-invalid=true], .notice-error").first().waitFor();
  await audit.look(page, "settings refused");
}
