import { assertEquals, assertMatch } from "@std/assert";
import { nonceOf, pageHeaders } from "../../lib/pages/page_rules.ts";

function scriptsOf(nonce: string | null): string {
  const policy = new Headers(pageHeaders(new URL("https://chat.example.org/"), nonce)).get("content-security-policy") ??
    "";
  return policy.split("; ").find((part) => part.startsWith("script-src")) ?? "";
}

Deno.test("a page's policy lets the inline module run whose nonce the response carries, and no other", () => {
  const response = new Response();
  assertEquals(scriptsOf(nonceOf(response)), "script-src 'self'");
  Object.assign(response, { [Symbol.for("__freshNonce")]: "4f0c" });
  assertEquals(scriptsOf(nonceOf(response)), "script-src 'self' 'nonce-4f0c'");
  assertMatch(scriptsOf(null), /^script-src 'self'$/);
});

Deno.test("what is no nonce does not reach the policy", () => {
  for (const nonce of ["", "a'; script-src *", 7, undefined]) {
    assertEquals(nonceOf(Object.assign(new Response(), { [Symbol.for("__freshNonce")]: nonce })), null);
  }
});
