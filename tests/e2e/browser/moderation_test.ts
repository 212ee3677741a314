/** What moderators do in a room and what those it is done to see; and the administration, with and without scripts. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { message, openPage, PASSWORD, post, register, settled, withServer } from "../../support/browser.ts";

async function choose(page: Page, text: string, item: string): Promise<void> {
  await message(page, text).hover();
  await message(page, text).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

Deno.test("moderation: a room's messages are removed, members muted, the room made read-only, and reports handled", (t) =>
  withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada Lovelace");
    const bob = await register(browser, origin, "bob", "Bob Hope");
    const { page } = ada;
    const pane = page.getByRole("complementary", { name: "People" });

    await t.step("a message that a moderator removed shows the reason to everybody", async () => {
      await post(bob.page, origin, "Something rude");
      await settled(page, "Something rude");
      await choose(page, "Something rude", "Delete…");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason (optional)").fill("Be kind");
      await dialog.getByRole("button", { name: "Remove message" }).click();
      for (const one of [page, bob.page]) await one.getByText("Removed by a moderator: Be kind").waitFor();
    });

    await t.step(
      "a muted member sees a sentence in place of the composer, and writes again when the mute is lifted",
      async () => {
        await pane.getByRole("button", { name: "Bob Hope" }).click();
        await page.getByLabel("Mute for").selectOption({ label: "Until it is lifted" });
        await page.getByRole("button", { name: "Mute", exact: true }).click();
        await bob.page.getByText("You are muted here until a moderator lifts it.").waitFor();
        assertEquals(await bob.page.locator(".composer textarea").count(), 0);
        await page.locator(".system", { hasText: "Bob Hope was muted" }).waitFor();
        await pane.getByRole("button", { name: "Bob Hope" }).click();
        await page.getByRole("button", { name: "Unmute" }).click();
        await bob.page.locator(".composer textarea").waitFor();
      },
    );

    await t.step("a read-only room has no composer for members, but has one for moderators", async () => {
      await page.getByRole("button", { name: "Room menu" }).click();
      await page.getByRole("menuitem", { name: "Edit room…" }).click();
      await page.getByRole("dialog").getByLabel("Read-only").check();
      await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
      await bob.page.getByText("This room is for reading").waitFor();
      await page.locator(".composer textarea").waitFor();
      await page.locator(".system", { hasText: "made this room read-only" }).waitFor();
    });

    await t.step("a report is shown to the administrator, who removes the message without scripts", async () => {
      await post(page, origin, "A word of mine");
      await settled(bob.page, "A word of mine");
      await choose(bob.page, "A word of mine", "Report…");
      await bob.page.getByLabel("What is wrong with it?").fill("Not nice");
      await bob.page.getByRole("button", { name: "Send report" }).click();
      await bob.page.getByText("Reported. Thank you").waitFor();
      await page.getByRole("button", { name: "Room menu" }).click();
      await page.getByRole("menuitem", { name: "Reports" }).click();
      // about a message of one's own there is nothing to judge: an administrator sees it all the same
      await page.getByRole("dialog").getByText("Not nice").waitFor();
      await page.keyboard.press("Escape");
      const plain = await openPage(browser, {
        javaScriptEnabled: false,
        storageState: await page.context().storageState(),
      });
      await plain.page.goto(`${origin}/admin/reports`);
      await plain.page.getByText("Not nice").waitFor();
      await plain.page.getByRole("button", { name: "Remove message" }).click();
      await plain.page.getByText("No report is open").waitFor();
      await page.locator(".message-deleted").nth(1).waitFor();
      await plain.page.getByRole("link", { name: "Audit log" }).click();
      await plain.page.getByText("dealt with a report").waitFor();
      assertEquals(await plain.page.getByText("removed a message").count(), 1);
      await plain.page.context().close();
    });
    assertEquals([...ada.problems, ...bob.problems], []);
  }));

Deno.test("administration: invitations, recovery codes, reset passwords, retention and the deletion of an account", (t) =>
  withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada Lovelace");
    const bob = await register(browser, origin, "bob", "Bob Hope");
    const { page } = ada;

    await t.step("administrators alone can open the administration", async () => {
      const response = await bob.page.goto(`${origin}/admin/overview`);
      assertEquals(response?.status(), 404);
      await page.goto(`${origin}/settings`);
      await page.getByRole("link", { name: "Administration" }).click();
      await page.getByRole("heading", { name: "Now" }).waitFor();
    });
    await t.step("an invitation that is made is listed, and can be revoked", async () => {
      await page.getByRole("link", { name: "Invitations" }).click();
      await page.getByLabel("Accounts").fill("3");
      await page.getByRole("button", { name: "Make an invitation" }).click();
      await page.getByText("3 accounts until").waitFor();
      await page.getByRole("button", { name: "Revoke" }).click();
      await page.getByText("No invitation can be used now.").waitFor();
    });
    await t.step("recovery codes are shown once, and one of them sets a new password", async () => {
      await bob.page.goto(`${origin}/settings`);
      const card = bob.page.locator("#recovery");
      await card.getByLabel("Current password").fill(PASSWORD);
      await card.getByRole("button", { name: "Make recovery codes" }).click();
      await card.locator("code").nth(9).waitFor();
      const codes = await card.locator("code").allTextContents();
      assertEquals(codes.length, 10);
      await bob.page.goto(`${origin}/settings`);
      assertEquals(await card.locator("code").count(), 0);
      await card.getByText("You have 10 left.").waitFor();
      const forgetful = await openPage(browser);
      await forgetful.page.goto(`${origin}/login`);
      await forgetful.page.getByRole("link", { name: "Forgot your password?" }).click();
      await forgetful.page.getByLabel("Username").fill("bob");
      await forgetful.page.getByLabel("Recovery code").fill(codes[0] ?? "");
      await forgetful.page.getByLabel("New password").fill("a quite different secret");
      await forgetful.page.getByRole("button", { name: "Set the new password" }).click();
      await forgetful.page.getByText("Your new password holds.").waitFor();
      await forgetful.page.context().close();
    });
    await t.step("a reset password is shown once; a room's retention can be set", async () => {
      await page.goto(`${origin}/admin/users?q=bob`);
      await page.getByText("Manage").click();
      await page.getByRole("button", { name: "Reset password" }).click();
      assertMatch(await page.locator(".admin-secret code").textContent() ?? "", /^[0-9a-z]{20}$/);
      await page.goto(`${origin}/admin/rooms`);
      await page.getByText("Manage").click();
      await page.getByLabel("Days").fill("30");
      await page.getByRole("button", { name: "Set retention" }).click();
      await page.getByText("kept for 30 days").waitFor();
    });
    await t.step("an account can be deleted by its owner", async () => {
      const eve = await register(browser, origin, "eve", "Eve");
      await eve.page.goto(`${origin}/settings`);
      const card = eve.page.locator("#deletion");
      await card.getByText("Delete my account…").click();
      await card.getByLabel("I am sure").check();
      await card.getByLabel("Current password").fill(PASSWORD);
      await card.getByRole("button", { name: "Delete my account", exact: true }).click();
      await eve.page.waitForURL("**/login");
      await page.goto(`${origin}/admin/audit`);
      await page.getByText("deleted an account").waitFor();
      await eve.page.context().close();
    });
    const expected = /404|422/;
    assertEquals([...ada.problems, ...bob.problems].filter((problem) => !expected.test(problem)), []);
  }));
