/** SPEC.md against itself and the code. */
import { assertEquals } from "@std/assert";

const read = (path: string) => Deno.readTextFile(new URL(`../../lib/${path}`, import.meta.url));

Deno.test("[SPEC] each rule's id stands once", async () => {
  const ids = [...(await read("protocol/SPEC.md")).matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, id]) => id);
  assertEquals(ids.filter((id, at) => ids.indexOf(id) !== at), []);
});

Deno.test("[SPEC] [E2] each frame that the server sends is named", async () => {
  const [spec, ...sources] = await Promise.all(
    ["protocol/SPEC.md", "protocol/frames.ts", "socket/commands.ts"].map(read),
  );
  const types = new Set(sources.flatMap((text) => [...text.matchAll(/\btype: "([a-z_]+)"/g)].map(([, type]) => type)));
  assertEquals(types.has("pong"), true);
  assertEquals([...types].filter((type) => !spec?.includes(`\`${type}\``) && !spec?.includes(`"${type}"`)), []);
});
