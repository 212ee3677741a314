import { assert, assertEquals } from "@std/assert";
import { live, message, post, register, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

const CODE = "```ts\nconst answer: number = 42; // the question is not known\n```";

Deno.test("code blocks: shown on the screen, one is coloured by a script that is loaded only then, and a press copies its text", () =>
  withServer(async (origin, browser) => {
    const { page, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const scripts = async () => {
      const names = await page.evaluate<string[]>("performance.getEntriesByType('resource').map((one) => one.name)");
      return names.filter((name) => name.endsWith(".js")).length;
    };
    await post(page, origin, "```\nplain text stays plain\n```");
    await post(page, origin, "```klingon\nnuqneH\n```");
    await settled(page, "plain text");
    await settled(page, "nuqneH");
    const before = await scripts();
    await post(page, origin, CODE);
    const block = message(page, "const answer");
    await block.locator(".code-keyword", { hasText: "const" }).waitFor();
    await block.locator(".code-comment", { hasText: "the question" }).waitFor();
    assert(await scripts() > before);
    assertEquals(await block.locator("code").textContent(), "const answer: number = 42; // the question is not known");
    assertEquals(await message(page, "plain text").locator("code span").count(), 0);
    assertEquals(await message(page, "nuqneH").locator("code span").count(), 0);

    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    await block.getByRole("button", { name: "Copy code" }).click();
    const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
    await until(async () => (await copied()).startsWith("const answer"));
    await page.getByText("Copied").waitFor({ state: "attached" });

    await post(page, origin, "```py\n" + "wide = " + "'x' + ".repeat(100) + "''\n```");
    const wide = message(page, "wide =").locator("pre");
    await wide.locator(".code-string").first().waitFor();
    assert(await wide.evaluate((element) => element.scrollWidth > element.clientWidth));
    assertEquals(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    await page.reload();
    await live(page);
    await block.locator(".code-keyword", { hasText: "const" }).waitFor();
    assertEquals(problems, []);
  }));
