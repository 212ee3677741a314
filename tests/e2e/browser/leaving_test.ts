/** Leaving as the last one, and what becomes of a room that nobody is in. */
import { assertEquals } from "@std/assert";
import { register, withServer } from "../../support/browser.ts";

Deno.test("leaving: the last member of a room is asked whether to delete it", (t) =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const grace = await register(browser, origin, "grace", "Grace Hopper");
    const api = `${origin}/api`;
    const make = async (name: string, kind: string) => {
      const made = await page.request.post(`${api}/rooms`, { data: { name, kind }, headers: { origin } });
      const { id } = await made.json();
      await page.locator(".room-link", { hasText: name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      return id;
    };
    const askToLeave = async () => {
      await page.getByRole("button", { name: "Room menu" }).click();
      await page.getByRole("menuitem", { name: "Leave room…" }).click();
    };
    const dialog = page.getByRole("dialog");

    await t.step("the last member is asked whether to delete the room, and deletes it", async () => {
      const id = await make("cellar", "private");
      await askToLeave();
      await dialog.getByText("You are the last one: leaving deletes the room").waitFor();
      await dialog.getByRole("button", { name: "Leave and delete room" }).click();
      await page.locator(".room-link", { hasText: "cellar" }).waitFor({ state: "detached" });
      assertEquals((await page.request.get(`${api}/rooms/${id}`)).status(), 404);
    });
    await t.step("the question comes also where the page still counted other members", async () => {
      const id = await make("attic", "private");
      const { id: user_id } = await (await grace.page.request.get(`${api}/me`)).json();
      await page.request.post(`${api}/rooms/${id}/members`, { data: { user_id }, headers: { origin } });
      await page.getByRole("complementary", { name: "People" }).getByText("Grace Hopper").waitFor();
      await page.request.patch(`${api}/rooms/${id}/members/${user_id}`, {
        data: { role: "owner" },
        headers: { origin },
      });
      await askToLeave();
      await dialog.getByText("To come back you need someone").waitFor();
      await grace.page.request.delete(`${api}/rooms/${id}/members/${user_id}`, { headers: { origin } });
      await dialog.getByRole("button", { name: /^Leave/ }).click();
      await dialog.getByRole("button", { name: "Leave and delete room" }).click();
      await page.locator(".room-link", { hasText: "attic" }).waitFor({ state: "detached" });
    });
    await t.step("an administrator sees a public room without members, and gives it an owner", async () => {
      await make("porch", "public");
      await askToLeave();
      await dialog.getByRole("button", { name: "Leave room" }).click();
      await page.locator(".room-link", { hasText: "porch" }).waitFor({ state: "detached" });
      await page.goto(`${origin}/admin/rooms`);
      const row = page.locator(".admin-row", { hasText: "porch" });
      await row.getByText("empty", { exact: true }).waitFor();
      await row.getByText("Nobody is in it; deleted on").waitFor();
      await row.locator("summary").click();
      await row.getByLabel("Username").fill("grace");
      await row.getByRole("button", { name: "Give it an owner" }).click();
      await page.getByText("Done.").waitFor();
      await grace.page.locator(".room-link", { hasText: "porch" }).waitFor();
      assertEquals(
        await page.locator(".admin-row", { hasText: "porch" }).getByText("empty", { exact: true }).count(),
        0,
      );
      assertEquals(problems.filter((text) => !/40[49]/.test(text)), []);
    });
  }));
