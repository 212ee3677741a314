/** What a person may rely on from the moment they press Enter. */
import { assert, assertEquals } from "@std/assert";
import { composer, live, message, post, register, saidIn, say, settled, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

Deno.test("sending: each message is sent exactly once, in order, and a failed one keeps its text", (t) =>
  withServer(async (origin, browser) => {
    const { page, gate, problems } = await register(browser, origin, "ada", "Ada Lovelace");
    const states = (text: string) =>
      message(page, text).evaluateAll((all) => all.map((one) => one.getAttribute("data-state")));

    await t.step(
      "Enter paints the message at once; the acknowledgement settles that same node in its place",
      async () => {
        gate.holdSends = true;
        await say(page, "Painted at once");
        await page.locator(".message[data-state=pending]", { hasText: "Painted at once" }).waitFor();
        const remember = `globalThis.node = document.querySelector(".message[data-state=pending]");
        globalThis.place = JSON.stringify(node.getBoundingClientRect())`;
        await page.evaluate(remember);
        gate.release();
        await settled(page, "Painted at once");
        assertEquals(
          await page.evaluate(`node === document.querySelector(".message[data-id]:last-of-type") && node.isConnected`),
          true,
        );
        assertEquals(await page.evaluate(`place === JSON.stringify(node.getBoundingClientRect())`), true);
      },
    );
    await t.step("a double Enter leaves exactly one message", async () => {
      await composer(page).fill("Pressed twice");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await settled(page, "Pressed twice");
      assertEquals((await saidIn(page, origin)).filter((text) => text === "Pressed twice").length, 1);
    });
    await t.step("a reload in mid-send leaves exactly one message", async () => {
      gate.holdAnswers = true;
      await say(page, "Reloaded in mid-send");
      await until(async () => (await saidIn(page, origin)).includes("Reloaded in mid-send"));
      assertEquals(await states("Reloaded in mid-send"), ["pending"]);
      gate.drop();
      gate.release();
      await page.reload();
      await live(page);
      await settled(page, "Reloaded in mid-send");
      await until(async () =>
        await page.evaluate(`Object.keys(localStorage).some((k) => k.includes("outbox"))`) === false
      );
      assertEquals(await states("Reloaded in mid-send"), ["sent"]);
      assertEquals((await saidIn(page, origin)).filter((text) => text === "Reloaded in mid-send").length, 1);
    });
    await t.step("sends made offline survive a reload and go out in order", async () => {
      gate.refusing = true;
      gate.drop();
      await page.locator(".self [data-online=false]").waitFor();
      for (const text of ["Offline one", "Offline two", "Offline three"]) await say(page, text);
      await page.reload();
      await page.locator(".message[data-state=pending]", { hasText: "Offline three" }).waitFor();
      await say(page, "Offline four");
      assertEquals(await page.locator(".message[data-state=pending] .prose").allTextContents(), [
        "Offline one",
        "Offline two",
        "Offline three",
        "Offline four",
      ]);
      gate.refusing = false;
      await page.evaluate(`dispatchEvent(new Event("online"))`);
      await settled(page, "Offline four");
      const said = (await saidIn(page, origin)).filter((text) => text.startsWith("Offline"));
      assertEquals(said, ["Offline one", "Offline two", "Offline three", "Offline four"]);
      const shown = await page.locator(".message .prose").allTextContents();
      assertEquals(shown.filter((text) => text.startsWith("Offline")), said);
    });
    await t.step("a failed send keeps its text and offers Retry, Edit, Delete", async () => {
      const failed = (text: string) => page.locator(".message[data-state=failed]", { hasText: text });
      gate.refuseSends = { code: "forbidden", message: "Not today." };
      for (const text of ["Try me again", "Put me right", "Throw me away"]) await say(page, text);
      await failed("Throw me away").getByText("Not today.").waitFor();
      gate.refuseSends = null;
      await failed("Try me again").getByRole("button", { name: "Retry" }).click();
      await settled(page, "Try me again");
      await failed("Put me right").getByRole("button", { name: "Edit" }).click();
      assertEquals(await composer(page).inputValue(), "Put me right");
      await composer(page).press("End");
      await composer(page).pressSequentially(" now");
      await page.keyboard.press("Enter");
      await settled(page, "Put me right now");
      await failed("Throw me away").getByRole("button", { name: "Delete" }).click();
      await message(page, "Throw me away").waitFor({ state: "detached" });
      assertEquals((await saidIn(page, origin)).slice(-2), ["Try me again", "Put me right now"]);
    });
    await t.step("Enter during IME composition does not send, Shift+Enter makes a new line", async () => {
      const devtools = await page.context().newCDPSession(page);
      await composer(page).focus();
      await devtools.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
      await composer(page).evaluate(`(box) => box.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))`);
      assertEquals(await composer(page).inputValue(), "にほ");
      await devtools.send("Input.insertText", { text: "日本" });
      assertEquals(await composer(page).inputValue(), "日本");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("語");
      assertEquals(await composer(page).inputValue(), "日本\n語");
      await page.keyboard.press("Enter");
      await settled(page, "日本");
      assertEquals((await saidIn(page, origin)).at(-1), "日本\n語");
    });
    await t.step("my own send scrolls to the end", async () => {
      for (let n = 0; n < 40; n++) await post(page, origin, `Filler ${n}`);
      await message(page, "Filler 39").waitFor();
      await page.evaluate("document.querySelector('.timeline').scrollTop = -700");
      await page.locator(".jump").waitFor();
      await say(page, "Down here");
      await page.locator(".jump").waitFor({ state: "detached" });
      assert(await page.evaluate("Math.abs(document.querySelector('.timeline').scrollTop) < 2"));
    });
    assertEquals(problems, []);
  }));
