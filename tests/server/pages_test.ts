/** The adapter between the server and what the build wrote. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadPages } from "../../lib/server/pages.ts";
import { openTestChat } from "../support/chat.ts";
import { withDir } from "../support/with_dir.ts";

const INFO: Deno.ServeHandlerInfo<Deno.NetAddr> = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
};

const HANDLER = `async (request, info) => {
  const url = new URL(request.url);
  decodeURI(url.pathname); // as Fresh does with what a route names
  return Response.json({ path: url.pathname + url.search, from: info.remoteAddr.hostname });
}`;

/** Asks a build whose server.js is this. */
async function asking(source: string, ...requests: Request[]): Promise<Response[]> {
  const responses: Response[] = [];
  await withDir(async (dir) => {
    await Deno.writeTextFile(join(dir, "server.js"), source);
    await Deno.writeTextFile(
      join(dir, "assets.json"),
      JSON.stringify({ dev: false, last: [], before: [], modules: [] }),
    );
    const { answer } = await loadPages(pathToFileURL(`${dir}/`));
    await using chat = await openTestChat();
    const given = {
      chat,
      api: () => Promise.resolve(new Response("api")),
      client: { address: "127.0.0.1", user_agent: "" },
      request_id: "1",
      upgrade: () => Promise.resolve(new Response("socket")),
    };
    for (const request of requests) responses.push(await answer(request, INFO, given));
  });
  return responses;
}

const get = (path: string) => new Request(`http://localhost${path}`);

Deno.test("[D11] pages: a default export with fetch and one that is the handler are both served", async () => {
  for (const source of [`export default { fetch: ${HANDLER} };`, `export default ${HANDLER};`]) {
    const [response] = await asking(source, get("/rooms"));
    assertEquals(await response?.json(), { path: "/rooms", from: "127.0.0.1" });
  }
});

Deno.test("[D11] pages: a stray percent sign in a path reaches the handler as %25", async () => {
  const paths = ["/rooms/%", "/rooms/%ff", "/rooms/a%20b"];
  const responses = await asking(`export default { fetch: ${HANDLER} };`, ...paths.map((path) => get(path)));
  const asked = await Promise.all(responses.map(async (response) => (await response.json()).path));
  assertEquals(asked, ["/rooms/%25", "/rooms/%25ff", "/rooms/a%20b"]);
});

Deno.test("[D11] pages: the query parameter that Fresh adds to an image's URL does not reach the API", async () => {
  const paths = ["/api/files/7?download=true&__frsh_c=4f0c", "/rooms?__frsh_c=4f0c"];
  const responses = await asking(`export default { fetch: ${HANDLER} };`, ...paths.map((path) => get(path)));
  const asked = await Promise.all(responses.map(async (response) => (await response.json()).path));
  assertEquals(asked, ["/api/files/7?download=true", "/rooms?__frsh_c=4f0c"]);
});

Deno.test("[D11] pages: a missing or foreign build is refused with what to do", async () => {
  const error = await assertRejects(() => loadPages(new URL("file:///nowhere/_fresh/")), Error);
  assertMatch(error.message, /fresh\.config\.ts build/);
  for (const source of ["export default 7;", "export const app = {};", "export default { fetch: null };"]) {
    await assertRejects(() => asking(source, get("/")), Error, "build again");
  }
});
