import { assertEquals } from "@std/assert";
import { isSameOrigin, localPath } from "../../lib/http/origin.ts";

const plain = { publicUrl: undefined, allowedOrigins: [] as string[] };
const behindProxy = { publicUrl: "https://chat.example.org", allowedOrigins: ["https://app.example.org"] };

// deno-fmt-ignore
const cases: [string, Record<string, string>, typeof plain | typeof behindProxy, boolean][] = [
  ["a browser that says same-origin", { "sec-fetch-site": "same-origin", origin: "http://localhost:8000" }, plain, true],
  ["an address that was typed", { "sec-fetch-site": "none" }, plain, true],
  ["a sibling subdomain", { "sec-fetch-site": "same-site", origin: "http://evil.localhost:8000" }, plain, false],
  ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, plain, false],
  ["another site that only says its origin", { origin: "https://evil.example" }, plain, false],
  ["a sandboxed page", { origin: "null" }, plain, false],
  ["our own origin without fetch metadata", { origin: "http://localhost:8000" }, plain, true],
  ["another port of this host", { origin: "http://localhost:8001" }, plain, false],
  ["no browser at all", {}, plain, true],
  ["the public address behind a proxy that ends TLS", { origin: "https://chat.example.org" }, behindProxy, true],
  ["an allowed origin", { "sec-fetch-site": "same-site", origin: "https://app.example.org" }, behindProxy, true],
];

for (const [what, headers, config, expected] of cases) {
  Deno.test(`isSameOrigin() ${expected ? "accepts" : "refuses"} ${what}`, () => {
    const request = new Request("http://localhost:8000/login", { method: "POST", headers });
    assertEquals(isSameOrigin(request, config), expected);
  });
}

Deno.test("localPath() accepts paths of this site only", () => {
  assertEquals(localPath("/rooms/general?before=3"), "/rooms/general?before=3");
  const leaving = ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "rooms"];
  for (const next of [null, ...leaving, "/\t/evil.example", "/a\\b", "/a\nb"]) {
    assertEquals(localPath(next), "/", next ?? "null");
  }
});
