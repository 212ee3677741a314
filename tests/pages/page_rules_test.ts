import { assertEquals, assertMatch } from "@std/assert";
import { nonceOf, pageHeaders } from "../../lib/pages/page_rules.ts";

function scriptsOf(nonce: string | null): string {
  const policy = new Headers(pageHeaders(new URL("https://chat.example.org/"), nonce)).get("content-security-policy") ??
    "";
  return policy.split("; ").find((part) => part.startsWith("script-src")) ?? "";
}

Deno.test("page policy: only the inline module with the response's nonce may run", () => {
  const response = new Response();
  assertEquals(scriptsOf(nonceOf(response)), "script-src 'self'");
  Object.assign(response, { [Symbol.for("__freshNonce")]: "4f0c" });
  assertEquals(scriptsOf(nonceOf(response)), "script-src 'self' 'nonce-4f0c'");
  assertMatch(scriptsOf(null), /^script-src 'self'$/);
});

Deno.test("page policy: a value that is no nonce is left out", () => {
  for (const nonce of ["", "a'; script-src *", 7, undefined]) {
    assertEquals(nonceOf(Object.assign(new Response(), { [Symbol.for("__freshNonce")]: nonce })), null);
  }
});
