import { assertEquals, assertStringIncludes } from "@std/assert";
import { readConfig } from "../../lib/base/config/config.ts";
import { refuseNonLocal } from "../../lib/http/local_mode.ts";

Deno.test("local mode: a request from another machine is refused, and the refusal names PUBLIC_URL", () => {
  const config = readConfig({});
  const table: [headers: Record<string, string>, allowed: boolean][] = [
    [{ host: "127.0.0.1:8000" }, true],
    [{ host: "localhost" }, true],
    [{ host: "[::1]:8000" }, true],
    [{ host: "localhost:8000", origin: "http://localhost:8000" }, true],
    [{ host: "chat.example.org" }, false],
    [{ host: "127.0.0.1.evil.example" }, false],
    [{ host: "192.168.1.5:8000" }, false],
    [{ host: "" }, false],
    [{ host: "localhost", origin: "https://evil.example" }, false],
    [{ host: "localhost", origin: "null" }, false],
    [{ host: "localhost", forwarded: "for=1.2.3.4" }, false],
    [{ host: "localhost", "x-forwarded-for": "1.2.3.4" }, false],
    [{ host: "localhost", "x-forwarded-proto": "https" }, false],
  ];
  for (const [headers, allowed] of table) {
    const error = refuseNonLocal(new Request("http://127.0.0.1:8000/", { headers }), config);
    assertEquals(error === null, allowed, JSON.stringify(headers));
    if (error === null) continue;
    assertEquals(error.code, "bad_host");
    assertStringIncludes(error.message, "PUBLIC_URL");
  }
});

Deno.test("local mode: outside of it the check accepts every request", () => {
  const config = readConfig({ PUBLIC_URL: "https://chat.example.org" });
  const headers = { host: "chat.example.org", "x-forwarded-for": "1.2.3.4" };
  assertEquals(refuseNonLocal(new Request("http://chat.example.org/", { headers }), config), null);
});
