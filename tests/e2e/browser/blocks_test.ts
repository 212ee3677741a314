import { assertEquals } from "@std/assert";
import { act, composer, live, message, post, register, say, settled, withServer } from "../../support/browser.ts";

Deno.test("blocks: a blocked person's messages fold on all my pages, until I open one or unblock the person", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const bob = await register(browser, origin, "bob", "Bob Loud");
    const twin = await page.context().newPage();
    await twin.goto(`${origin}/rooms/general`);
    await live(twin);
    await post(bob.page, origin, "First shout");
    await post(bob.page, origin, "Second shout");
    await settled(page, "Second shout");
    await page.getByRole("complementary").getByRole("button", { name: "Bob Loud" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
    await page.getByRole("dialog").getByText("You blocked this person.").waitFor();
    await page.keyboard.press("Escape");
    for (const one of [page, twin]) {
      await one.getByText("2 messages from someone you blocked").waitFor();
      assertEquals(await message(one, "shout").count(), 0);
    }
    await act(bob.page, "First shout", "Reply");
    await say(bob.page, "Third");
    await page.getByText("3 messages from someone you blocked").waitFor();
    assertEquals(await page.locator(".chat ~ [aria-live=polite]").getByText("Third").count(), 0);
    await page.reload();
    await live(page);
    await page.getByText("3 messages from someone you blocked").waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await message(page, "Second shout").waitFor();
    await page.getByRole("button", { name: "Hide", exact: true }).click();
    await message(page, "Second shout").waitFor({ state: "detached" });

    // their direct messages are refused, kindly
    await bob.page.getByRole("complementary").getByRole("button", { name: "Ada Lovelace" }).click();
    await bob.page.getByRole("dialog").getByRole("button", { name: "Message", exact: true }).click();
    await bob.page.getByRole("dialog").getByText("This person does not take direct messages from you.").waitFor();
    await bob.page.keyboard.press("Escape");

    await page.goto(`${origin}/settings`);
    await page.getByRole("region", { name: "Blocked people" }).getByRole("button", { name: "Unblock Bob Loud" })
      .click();
    await page.getByText("Unblocked.").waitFor();
    await message(twin, "Second shout").waitFor();
    await composer(twin).waitFor();
    assertEquals([...problems, ...bob.problems.filter((text) => !/403/.test(text))], []);
  }));
