/** An empty server, and people who come in by a link. */
import { assertEquals, assertMatch } from "@std/assert";
import { openPage, PASSWORD, register, withServer } from "../../support/browser.ts";

const PT = { locale: "pt-BR" };

Deno.test("an empty server opens its set-up, without scripts too; the team's name stands in title, sign-in and manifest", () =>
  withServer(async (origin, browser) => {
    const { page } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(`${origin}/rooms/general`);
    await page.waitForURL("**/setup?**");
    await page.getByText("You will administer this server").waitFor();
    await page.getByLabel("Your team’s name").fill("Blue Harbour");
    await page.getByLabel("Your name").fill("Ana Silva");
    await page.getByLabel("Username").fill("not a name!");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.locator("#field-username[aria-invalid=true]").waitFor();
    assertEquals(await page.getByLabel("Your team’s name").inputValue(), "Blue Harbour");
    await page.getByLabel("Username").fill("ana");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.waitForURL("**/rooms/general");
    assertMatch(await page.title(), /general · Blue Harbour$/);

    const { page: other } = await openPage(browser);
    for (const path of ["/", "/setup"]) {
      await other.goto(origin + path);
      await other.waitForURL("**/login");
    }
    await other.getByRole("heading", { name: "Blue Harbour" }).waitFor();
    assertEquals(await other.title(), "Sign in · Blue Harbour");
    const manifest = await (await other.request.get(`${origin}/manifest.webmanifest`)).json();
    assertEquals([manifest.name, manifest.start_url], ["Blue Harbour", "/"]);
  }));

Deno.test("the invited page says who invites to what; a link that ended says so and whom to ask, in both languages", () =>
  withServer(async (origin, browser) => {
    const ana = await register(browser, origin, "ana", "Ana Silva");
    await ana.page.goto(`${origin}/admin/team`);
    await ana.page.getByLabel("Name", { exact: true }).fill("Blue Harbour");
    await ana.page.locator("form", { has: ana.page.getByLabel("Name", { exact: true }) }).getByRole("button").click();
    await ana.page.waitForURL("**/admin/team?done");
    await ana.page.getByLabel("Only people with an invitation").check();
    await ana.page.locator("form", { has: ana.page.getByLabel("Nobody") }).getByRole("button").click();
    await ana.page.getByLabel("Only people with an invitation").and(ana.page.locator(":checked")).waitFor();
    const link = async (uses: number) => {
      const answer = await ana.page.request.post(`${origin}/api/invitations`, { data: { uses }, headers: { origin } });
      return `${origin}/register?invitation=${(await answer.json()).code}`;
    };
    const once = await link(1);

    const { page } = await openPage(browser);
    await page.goto(`${origin}/register`);
    await page.getByLabel("Invitation code").waitFor();
    await page.goto(once);
    await page.getByText("Ana Silva invites you to Blue Harbour.").waitFor();
    assertEquals(await page.getByLabel("Invitation code").count(), 0);
    await page.getByLabel("Username").fill("bruno");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.waitForURL((url) => url.pathname === "/rooms/general" || url.pathname === "/");

    const { page: late } = await openPage(browser);
    await late.goto(once);
    await late.getByText("This invitation is used up").waitFor();
    await late.getByText("Ask Ana Silva (@ana) for a new one.").waitFor();
    const { page: tarde } = await openPage(browser, PT);
    await tarde.goto(once);
    await tarde.getByText("Peça outro a Ana Silva (@ana).").waitFor();

    // who is sent away may know a link that is still open
    await link(20);
    await ana.page.goto(`${origin}/admin/users`);
    await ana.page.locator(".admin-row", { hasText: "@bruno" }).locator("summary").click();
    await ana.page.getByRole("button", { name: "Disable" }).click();
    await ana.page.waitForURL("**/admin/invitations?banned");
    await ana.page.getByRole("button", { name: "Revoke all of them" }).click();
    await ana.page.getByText("No invitation can be used now").waitFor();
  }));

Deno.test("inviting: the link is there at once, can be copied and changed, and has a QR code; first steps tick themselves", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ana", "Ana Silva");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const steps = page.getByRole("region", { name: "First steps" });
    await steps.getByText("0 of 4 done").waitFor();
    await page.locator(".pane-rooms").getByRole("button", { name: "Invite people" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite people" });
    await dialog.getByText("Up to 20 people, 7 days").waitFor();
    const link = await dialog.getByLabel("Invitation link").inputValue();
    assertMatch(link, new RegExp(`^${origin}/register\\?invitation=[0-9a-z]{16}$`));
    await dialog.getByRole("button", { name: "Copy" }).click();
    await page.getByText("Link copied").waitFor();
    assertEquals(await page.evaluate("navigator.clipboard.readText()"), link);
    await dialog.getByRole("button", { name: "Change" }).click();
    await dialog.getByLabel("People").selectOption("5");
    await dialog.getByText("Up to 5 people, 7 days").waitFor();
    await dialog.getByLabel("Days").selectOption("1");
    await dialog.getByText("Up to 5 people, 1 day").waitFor();
    assertEquals(await dialog.getByLabel("Invitation link").inputValue(), link);
    await dialog.getByRole("button", { name: "Show a QR code" }).click();
    await dialog.getByRole("img", { name: "QR code of an invitation" }).waitFor();
    await page.keyboard.press("Escape");
    await steps.getByText("1 of 4 done").waitFor();

    // the same dialog from the people of a room, and where nobody was found to write to
    await page.locator(".pane-people").getByRole("button", { name: "Invite people" }).click();
    await dialog.getByLabel("Invitation link").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "New direct message" }).click();
    const message = page.getByRole("dialog");
    await message.getByRole("searchbox").fill("zzz");
    await message.getByRole("button", { name: "Invite people" }).click();
    await dialog.getByLabel("Invitation link").waitFor();
    await page.keyboard.press("Escape");

    // who may not invite is not asked to
    const bruno = await register(browser, origin, "bruno", "Bruno");
    await bruno.page.getByRole("region", { name: "First steps" }).getByText("0 of 3 done").waitFor();
    assertEquals(await bruno.page.getByRole("button", { name: "Invite people" }).count(), 0);

    // a ban shows the links by which he could come back
    await page.locator(".pane-people").getByRole("button", { name: /Bruno/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^Ban/ }).click();
    const open = page.getByRole("dialog", { name: "Invitations that can still be used" });
    await open.getByText("for 5 more people").waitFor();
    await open.getByRole("button", { name: "Revoke all of them" }).click();
    await open.waitFor({ state: "detached" });
    assertEquals((await (await page.request.get(`${origin}/api/invitations`)).json()).invitations, []);
    assertEquals(problems, []);
  }));
