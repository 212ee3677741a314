/** The server's record and invitations over REST. */
import { assertEquals } from "@std/assert";
import { header } from "../support/images.ts";
import { openTestApi, ORIGIN } from "./support.ts";

Deno.test("/api/server: everybody reads it, administrators change it, and others are refused", async () => {
  await using api = await openTestApi();
  assertEquals((await api.call("GET", "/api/server")).body, {
    name: "Parley",
    picture: null,
    registration: "open",
    inviting: "admins",
    set_up: false,
    locked: [],
  });
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const name = { body: { name: "Blue Harbour", registration: "invite" } };
  assertEquals((await api.call("PATCH", "/api/server", name)).code, "unauthorized");
  assertEquals((await api.call("PATCH", "/api/server", { ...name, as: bob })).code, "forbidden");
  assertEquals((await api.call("PATCH", "/api/server", { ...name, as: ada })).status, 200);
  const { body } = await api.call("GET", "/api/server");
  assertEquals([body.name, body.registration, body.set_up], ["Blue Harbour", "invite", true]);
});

Deno.test("/api/server/picture: who is not signed in sees it, by its id alone, with its own type", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const put = await api.raw(
    new Request(`${ORIGIN}/api/server/picture`, {
      method: "PUT",
      headers: { cookie: ada.cookie, origin: ORIGIN },
      body: header.png(8, 8),
    }),
  );
  assertEquals(put.status, 200);
  const picture = await api.call("GET", `/api/server/picture/${put.body.picture}`);
  assertEquals([picture.status, picture.headers.get("content-type")], [200, "image/png"]);
  assertEquals(picture.headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  assertEquals((await api.call("GET", "/api/server/picture/other")).code, "no_such_file");
  assertEquals((await api.call("DELETE", "/api/server/picture", { as: ada })).body.picture, null);
});

Deno.test("/api/invitations/link: the link is there at once, the same again, and its limits can be changed", async () => {
  await using api = await openTestApi();
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  assertEquals((await api.call("POST", "/api/invitations/link", { as: bob })).code, "forbidden");
  const { body: link } = await api.call("POST", "/api/invitations/link", { as: ada });
  assertEquals([link.uses_left, link.people, link.created_by], [20, [], ada.id]);
  assertEquals((await api.call("POST", "/api/invitations/link", { as: ada, body: {} })).body.code, link.code);
  const changed = await api.call("PATCH", `/api/invitations/${link.code}`, { as: ada, body: { uses: 3 } });
  assertEquals([changed.body.uses_left, changed.body.expires_at], [3, link.expires_at]);
  assertEquals((await api.call("PATCH", `/api/invitations/${link.code}`, { as: bob, body: {} })).code, "forbidden");
  const { body: qr } = await api.call("POST", "/api/invitations/link", { as: ada, body: { for: "qr" } });
  assertEquals(qr.code === link.code, false);
});
