/** Every dialog and menu of the chat on the narrowest phone, in the language with the longest words: nothing sticks out. */
import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { TEXTS } from "../../../lib/ui/strings/tables.ts";
import {
  composer,
  live,
  message,
  openPage,
  type Person,
  post,
  register,
  settled,
  withServer,
} from "../../support/browser.ts";
import { PIXEL } from "../../support/images.ts";

const t = TEXTS.pt.chat;
const parts = TEXTS.pt.parts;

/** What is to be seen of the topmost layer and does not fit; what scrolls sideways in a box of its own is code. */
const STICKS_OUT = `(() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than the screen");
  const layers = [...document.querySelectorAll("dialog[open], [role=dialog], [role=menu], [role=listbox]")];
  const name = (one) => one.tagName.toLowerCase() + "." + [...one.classList].join(".") + " " +
    one.textContent.trim().slice(0, 40);
  for (const one of (layers.at(-1) ?? document.body).querySelectorAll("*")) {
    const { left, right, width, height } = one.getBoundingClientRect();
    if (width < 2 || height < 2 || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    let box = one.parentElement;
    const hides = () => getComputedStyle(box).overflowX !== "visible" &&
      box.getBoundingClientRect().left >= -1 && box.getBoundingClientRect().right <= innerWidth + 1;
    while (box !== null && !hides()) box = box.parentElement;
    const isBox = box !== null && box !== document.body && box !== document.documentElement;
    if ((left < -1 || right > innerWidth + 1) && !isBox) found.push("out of the screen: " + name(one));
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    if (scrolls && one.scrollWidth > one.clientWidth + 1 && !one.closest("pre, table, [tabindex='0'].code")) {
      found.push("scrolls sideways: " + name(one));
    }
    const isButton = one.matches("button, a.button, h1, h2, label, legend");
    const cut = getComputedStyle(one).textOverflow !== "ellipsis" && !one.matches(".hidden-text, .hidden-text *");
    if (isButton && cut && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") {
      found.push("its text is cut: " + name(one));
    }
  }
  return found;
})()`;

class Look {
  readonly found: string[] = [];

  async at(page: Page, state: string): Promise<void> {
    await page.evaluate("Promise.allSettled(document.getAnimations().map(({ finished }) => finished))");
    const out = await page.evaluate<string[]>(STICKS_OUT);
    this.found.push(...out.map((one) => `${state}: ${one}`));
  }

  /** Opens a dialog, looks at it, and puts it away. */
  async dialog(page: Page, state: string, open: () => Promise<void>): Promise<void> {
    await open();
    await page.getByRole("dialog").waitFor();
    await page.locator("dialog .skeleton").first().waitFor({ state: "detached" });
    await this.at(page, state);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

Deno.test("narrow screen: at 320 px, in Portuguese, no dialog or menu is wider than the window", (step) =>
  withServer(async (origin, browser) => {
    const look = new Look();
    const ada = await register(browser, origin, "ada", "Augusta Ada Byron, condessa de Lovelace");
    const grace = await register(browser, origin, "grace_brewster_murray_hopper_1", "Grace Brewster Murray Hopper");
    await fill(origin, ada, grace);
    const { page } = await openPage(browser, {
      viewport: { width: 320, height: 640 },
      reducedMotion: "reduce",
      storageState: await ada.page.context().storageState(),
    });
    await page.goto(`${origin}/rooms/general`);
    await live(page);
    await step.step("a room's dialogs and menus", () => room(look, page));
    await step.step("a message's dialogs and menus", () => messages(look, page));
    await step.step("the dialogs and menus of the list of rooms", () => rooms(look, page));
    assertEquals(look.found, []);
  }));

async function fill(origin: string, { page }: Person, grace: Person): Promise<void> {
  const call = async (method: "put" | "patch" | "post", path: string, data?: unknown, as = page) => {
    const answer = await as.request[method](`${origin}/api${path}`, { headers: { origin }, ...(data ? { data } : {}) });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
  };
  await call("patch", "/me/settings", { language: "pt" });
  await call("patch", "/rooms/general", { topic: "Um assunto bastante comprido, para que se veja onde ele acaba" });
  await post(grace.page, origin, "**Anotado** por Grace, com [um endereço](https://example.org/comprido)");
  await post(grace.page, origin, "@ada, veja isto");
  const marked = await post(page, origin, "Dito, editado e fixado");
  const one = `/rooms/general/messages/${marked}`;
  await call("patch", one, { content: "Dito, editado e fixado!" });
  await call("put", `/rooms/general/pins/${marked}`);
  await call("put", `${one}/bookmark`);
  for (const who of [page, grace.page]) await call("put", `${one}/reactions/${encodeURIComponent("🎉")}`, {}, who);
  const uploaded = await page.request.post(`${origin}/api/files?name=uma-imagem-de-nome-comprido-para-a-tela.png`, {
    data: Buffer.from(PIXEL),
    headers: { origin, "content-type": "application/octet-stream" },
  });
  const { id } = await uploaded.json();
  await call("post", "/rooms/general/messages", { content: "Com imagem", files: [id] });
  await call("post", `/rooms/general/messages/${await said(grace, origin)}/reports`, { reason: "Não é daqui" });
}

async function said({ page }: Person, origin: string): Promise<string> {
  return await post(page, origin, "Alvo de uma denúncia");
}

async function room(look: Look, page: Page): Promise<void> {
  await settled(page, "Com imagem");
  await look.at(page, "a room");
  await look.dialog(page, "searching", () => page.getByRole("button", { name: t.search.title }).click());
  await look.dialog(page, "what was found", async () => {
    await page.getByRole("button", { name: t.search.title }).click();
    await page.getByRole("dialog").getByRole("combobox").fill("editado");
    await page.locator(".found").first().waitFor();
  });
  await look.dialog(page, "the switcher", () => page.keyboard.press("Control+k"));
  const menu = () => page.getByRole("button", { name: t.room.menu }).click();
  await menu();
  await page.getByRole("menu").waitFor();
  await look.at(page, "a room's menu");
  await page.keyboard.press("Escape");
  const items = [
    t.pins.title,
    parts.notify.open,
    parts.room.edit,
    parts.moderation.reports,
    parts.room.leave,
    parts.room.delete,
  ];
  for (const name of [t.room.add, ...items]) {
    await look.dialog(page, name, async () => {
      await menu();
      await page.getByRole("menuitem", { name }).click();
    });
  }
  await page.locator(".people-toggle").click();
  const people = page.getByRole("complementary");
  await people.getByRole("button", { name: /Grace/ }).waitFor();
  await look.at(page, "people");
  for (const name of [/Grace/, /Augusta/]) {
    await look.dialog(page, `profile ${name}`, () => people.getByRole("button", { name }).click());
  }
  await page.keyboard.press("Escape");
  await composer(page).fill("x".repeat(4_010));
  await composer(page).press("Enter");
  await page.locator(".composer-error").first().waitFor();
  await look.at(page, "too long a message");
  for (const [typed, label] of [[":smil", t.emoji.title], ["@g", t.people.title]] as const) {
    await composer(page).fill("");
    await composer(page).pressSequentially(typed);
    await page.getByRole("listbox", { name: label }).waitFor();
    await look.at(page, `completion of ${label}`);
  }
  await composer(page).fill("");
  await page.getByRole("button", { name: t.emoji.title }).click();
  await page.getByRole("dialog", { name: t.emoji.title }).waitFor();
  await look.at(page, "the emoji picker");
  await page.keyboard.press("Escape");
}

async function messages(look: Look, page: Page): Promise<void> {
  const more = async (text: string, item?: string) => {
    await message(page, text).locator(".prose").hover();
    await message(page, text).getByRole("button", { name: parts.message.more, exact: true }).click();
    await page.getByRole("menu").waitFor();
    if (item !== undefined) await page.getByRole("menuitem", { name: item }).click();
  };
  await more("editado");
  await look.at(page, "a message's menu");
  await page.keyboard.press("Escape");
  for (const item of [parts.reactions.moreEmoji, parts.reactions.who, parts.message.deleteAsk]) {
    await look.dialog(page, item, () => more("editado", item));
  }
  await look.dialog(
    page,
    "edits",
    () => message(page, "editado").getByRole("button", { name: t.history.edited }).click(),
  );
  for (const item of [parts.moderation.report, parts.message.deleteAsk]) {
    await look.dialog(page, item, () => more("Anotado", item));
  }
  await look.dialog(page, "a picture", () => message(page, "Com imagem").locator("a.image").first().click());
}

async function rooms(look: Look, page: Page): Promise<void> {
  await page.getByRole("link", { name: t.room.all }).click();
  await look.at(page, "rooms");
  for (
    const name of [
      t.rooms.create,
      t.rooms.browse,
      t.rooms.newDirect,
      t.rooms.invite,
      t.mentions.title,
      t.bookmarks.title,
    ]
  ) {
    await look.dialog(page, name, () => page.getByRole("button", { name, exact: true }).click());
  }
}
