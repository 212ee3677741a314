/** The address of one message. */
import { assert, assertEquals } from "@std/assert";
import { act, live, message, openPage, post, register, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("permalinks: a message's address opens its room at the message", (t) =>
  withServer(async (origin, browser) => {
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const ids: string[] = [];
    for (let n = 0; n < 100; n++) ids.push(await post(grace.page, origin, `Line ${n}.`));
    const place = (text: string) =>
      message(page, text).evaluate((row) => {
        const box = row.closest(".timeline")?.getBoundingClientRect();
        const { top, bottom } = row.getBoundingClientRect();
        return box === undefined ? NaN : (top + bottom) / 2 - (box.top + box.bottom) / 2;
      });

    await t.step("a message's menu copies its permalink", async () => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
      await settled(page, "Line 99.");
      await act(page, "Line 98.", "More");
      await page.getByRole("menuitem", { name: "Copy link" }).click();
      const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
      await until(async () => await copied() === `${origin}/rooms/general?at=${ids[98]}`);
    });
    await t.step("a permalink centres and highlights its message, with the messages before and after", async () => {
      await page.goto(`${origin}/rooms/general?at=${ids[40]}`);
      await page.locator(".message[data-highlight]", { hasText: "Line 40." }).waitFor();
      assert(Math.abs(await place("Line 40.")) < 60, `${await place("Line 40.")} px off the middle`);
      await message(page, "Line 30.").waitFor();
      await message(page, "Line 50.").waitFor();
      await page.getByRole("button", { name: "Jump to latest" }).click();
      await message(page, "Line 99.").waitFor();
    });
    await t.step("messages that the permalink did not show stay unread", async () => {
      const unread = async () => {
        const { rooms } = await (await page.request.get(`${origin}/api/rooms`)).json();
        return rooms[0].messages - rooms[0].read_messages;
      };
      await until(async () => await unread() === 0);
      const phone = await openPage(browser, { storageState: await page.context().storageState() });
      const told: string[] = [];
      phone.gate.rewrite = (text) => {
        told.push(String(JSON.parse(text).type));
        return text;
      };
      await phone.page.clock.install();
      await page.goto(`${origin}/settings`);
      await post(grace.page, origin, "Not seen yet.");
      await phone.page.goto(`${origin}/rooms/general?at=${ids[20]}`);
      await phone.page.locator(".message[data-highlight]", { hasText: "Line 20." }).waitFor();
      await live(phone.page);
      await phone.page.getByRole("button", { name: "Jump to latest" }).waitFor();
      // what was read is told within half a second; the reaction goes the same way after it
      await phone.page.clock.fastForward(2_000);
      await act(phone.page, "Line 20.", "React");
      await phone.page.getByRole("menuitemcheckbox", { name: "👍" }).click();
      await until(() => told.includes("react"));
      assertEquals(told.includes("mark_read"), false);
      assertEquals(await unread(), 1);
      assertEquals(phone.problems, []);
      await phone.page.context().close();
    });
    await t.step("a permalink to a missing message says so and shows the room", async () => {
      await page.goto(`${origin}/rooms/general?at=3-aaaaaaaa`);
      await page.getByText("That message is not here any more.").waitFor();
      await page.goto(`${origin}/rooms/general?at=<script>`);
      await message(page, "Not seen yet.").waitFor();
    });
    assertEquals(problems, []);
  }));
