/** How a room's log reads. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chat as en } from "../../../lib/ui/strings/en.ts";
import { dayLabel, dayReader } from "../../../lib/client/room/grouping.ts";
import { composer, live, message, post, register, say, settled, withServer } from "../../support/browser.ts";

Deno.test("timeline: groups, days, joins, typing lines and announcements follow the events", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const heads = (text: string) => message(page, text).getAttribute("data-first");

    await t.step("one author's messages form a group, which another author or a system event ends", async () => {
      await post(grace.page, origin, "Group one, first");
      await post(grace.page, origin, "Group one, second");
      await post(page, origin, "In between");
      await post(grace.page, origin, "Group two");
      const made = await grace.page.request.patch(`${origin}/api/rooms/general`, {
        data: { topic: "Everything" },
        headers: { origin },
      });
      assertEquals(made.status(), 200);
      await post(grace.page, origin, "Group three");
      await settled(page, "Group three");
      assertEquals(await heads("Group one, first"), "");
      assertEquals(await heads("Group one, second"), null);
      assertEquals(await heads("In between"), "");
      assertEquals(await heads("Group two"), "");
      assertEquals(await heads("Group three"), "");
      await message(page, "Group one, second").getByText("Grace Hopper:").waitFor({ state: "attached" });
    });
    await t.step("several joins and leaves in a row fold into one line", async () => {
      const linus = await register(browser, origin, "linus", "Linus T");
      const barbara = await register(browser, origin, "barbara", "Barbara L");
      await page.locator(".system", { hasText: "Linus T and Barbara L joined" }).waitFor();
      const left = await barbara.page.request.delete(
        `${origin}/api/rooms/general/members/${await idOf(barbara.page, origin)}`,
        {
          headers: { origin },
        },
      );
      assertEquals(left.ok(), true);
      await page.locator(".system", { hasText: "Linus T joined; Barbara L left" }).waitFor();
      assertEquals(await page.locator(".system").last().textContent(), "Linus T joined; Barbara L left");
      await linus.page.context().close();
    });
    await t.step("a divider separates days in the reader's time zone", async () => {
      const { messages } = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=1`)).json();
      const at = Date.parse(messages[0].timestamp);
      const later = at + 4 * 86_400_000;
      const pills: string[] = [];
      // 25 hours apart: never the same date
      for (const timezoneId of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
        const context = await browser.newContext({ timezoneId, storageState: await page.context().storageState() });
        const reader = await context.newPage();
        await reader.clock.install({ time: later });
        await reader.goto(`${origin}/rooms/general`);
        const pill = dayLabel(dayReader(timezoneId)(at), later, timezoneId, en);
        await reader.locator(".day", { hasText: pill }).waitFor();
        pills.push(pill);
        await context.close();
      }
      assertEquals(pills[0] === pills[1], false);
    });
    await t.step("a person's typing line ends with their message, and I never see my own", async () => {
      await composer(grace.page).pressSequentially("Soon");
      await page.getByText("Grace Hopper is typing").waitFor();
      assertEquals(await grace.page.locator(".typing").textContent(), "");
      await composer(grace.page).press("Enter");
      await settled(page, "Soon");
      await page.getByText("Grace Hopper is typing").waitFor({ state: "detached" });
    });
    await t.step("a typing line ends after 5 s", async () => {
      await page.clock.install();
      await page.reload();
      await live(page);
      await composer(grace.page).pressSequentially("Never sent");
      await page.getByText("Grace Hopper is typing").waitFor();
      await page.clock.fastForward(5_000);
      await page.getByText("Grace Hopper is typing").waitFor({ state: "detached" });
      await composer(grace.page).fill("");
    });
    await t.step("the live region announces only new messages", async () => {
      const log = page.getByRole("log", { name: "Messages" });
      assertEquals(await log.getAttribute("aria-live"), "off");
      const announced = () => page.locator(".chat ~ [aria-live=polite]").textContent();
      assertEquals(await announced(), "");
      await say(page, "Not announced to me");
      await settled(page, "Not announced to me");
      assertEquals(await announced(), "");
      await post(grace.page, origin, "Announced once");
      await page.locator(".chat ~ [aria-live=polite]", { hasText: "Grace Hopper: Announced once" }).waitFor({
        state: "attached",
      });
      const { messages } = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=1`)).json();
      const edited = await grace.page.request.patch(`${origin}/api/rooms/general/messages/${messages[0].id}`, {
        data: { content: "Edited after it was announced" },
        headers: { origin },
      });
      assertEquals(edited.status(), 200);
      await message(page, "Edited after it was announced").waitFor();
      assertEquals(await announced(), "Grace Hopper: Announced once");
    });
    await t.step("after more than 5 minutes the same author begins a new group", async () => {
      const made = await post(page, origin, "The last line");
      const { messages: [last] } = await (await page.request.get(`${origin}/api/rooms/general/messages?limit=1`))
        .json();
      assertEquals(last.id, made);
      // older messages as the server would tell them, had anybody waited
      const at = (seq: number, seconds: number) => ({
        ...last,
        seq,
        id: `${seq}-aaaaaaaa`,
        content: `Told at ${seconds} s`,
        timestamp: new Date(Date.parse("2026-01-02T12:00:00Z") + seconds * 1_000).toISOString(),
      });
      const older = [at(1, 0), at(2, 300), at(3, 601)];
      await page.route(
        /messages\?before=/,
        (route) => route.fulfill({ json: { messages: older, has_more: false, mine: {} } }),
      );
      for (let n = 0; n < 60; n++) await post(page, origin, `Line ${n}.`);
      await page.reload();
      await live(page);
      await page.locator(".timeline").evaluate((box) => box.scrollTop = -box.scrollHeight);
      await message(page, "Told at 601 s").waitFor({ state: "attached" });
      assertEquals(await heads("Told at 0 s"), "");
      assertEquals(await heads("Told at 300 s"), null);
      assertEquals(await heads("Told at 601 s"), "");
      assertEquals(await page.locator(".chat ~ [aria-live=polite]").textContent(), "");
      await page.unroute(/messages\?before=/);
    });
    await t.step("nothing is animated where the reader asks for reduced motion", async () => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await page.getByRole("button", { name: "Room menu" }).click();
      const menu = page.getByRole("menu", { name: "Room" });
      assertEquals(await menu.evaluate((element) => getComputedStyle(element).animationDuration), "0.001s");
      await page.keyboard.press("Escape");
    });
    assertEquals([...problems, ...grace.problems], []);
  }));

async function idOf(page: Page, origin: string): Promise<string> {
  return (await (await page.request.get(`${origin}/api/me`)).json()).id;
}
