/** Holds for the published `@std/http` as well as for ours. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Cookie, getCookies, setCookie } from "@std/http/cookie";
import { acceptsEncodings, acceptsLanguages } from "@std/http/negotiation";
import { type ServerSentEventMessage, ServerSentEventStream } from "@std/http/server-sent-event-stream";
import { isErrorStatus, STATUS_TEXT } from "@std/http/status";

function setCookieOf(cookie: Cookie): string | null {
  const headers = new Headers();
  setCookie(headers, cookie);
  return headers.get("set-cookie");
}

Deno.test("@std/http/cookie: getCookies() gives a request's cookies by name, with unchanged values", () => {
  assertEquals(getCookies(new Headers()), {});
  const cookie = "a=1; b=x=y;c=%20; flag";
  assertEquals(getCookies(new Headers({ cookie })), { a: "1", b: "x=y", c: "%20", flag: "" });
});

Deno.test("@std/http/cookie: setCookie() writes the attributes, and refuses values that a browser would misread", () => {
  const expires = new Date("2026-01-02T03:04:05Z");
  assertEquals(
    setCookieOf({
      name: "a",
      value: "1",
      path: "/",
      expires,
      httpOnly: true,
      sameSite: "Lax",
      secure: true,
      maxAge: 5,
    }),
    "a=1; Secure; HttpOnly; Max-Age=5; SameSite=Lax; Path=/; Expires=Fri, 02 Jan 2026 03:04:05 GMT",
  );
  assertEquals(setCookieOf({ name: "a", value: "" }), "a=");
  assertEquals(setCookieOf({ name: "__Host-a", value: "1", domain: "example.org" }), "__Host-a=1; Secure; Path=/");
  assertStringIncludes(
    setCookieOf({ name: "a", value: "", expires: new Date(0) }) ?? "",
    "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
  );
  for (
    const [name, value] of [["a b", "1"], ["a=", "1"], ["a", "1; Path=/"], ["a", "1\r\nx: y"], ["a", "é"]] as const
  ) {
    assertThrows(() => setCookieOf({ name, value }), SyntaxError);
  }
  const headers = new Headers();
  for (const name of ["a", "b"]) setCookie(headers, { name, value: "1" });
  assertEquals(headers.getSetCookie(), ["a=1", "b=1"]);
});

Deno.test("@std/http/negotiation: the encoding with the highest quality; identity where no other is accepted", () => {
  for (
    const [header, expected] of [
      [null, "gzip"],
      ["gzip", "gzip"],
      ["br, gzip;q=0.8", "gzip"],
      ["*", "gzip"],
      ["br", "identity"],
      ["identity", "identity"],
      ["gzip;q=0", "identity"],
      ["gzip; q=0.0, br", "identity"],
      ["*, gzip;q=0", "identity"],
      ["gzip;q=0.5, identity", "identity"],
      ["GZIP", "gzip"],
      ["identity;q=0, br", undefined],
    ] as const
  ) {
    const headers = new Headers(header === null ? {} : { "accept-encoding": header });
    assertEquals(acceptsEncodings({ headers }, "gzip", "identity"), expected, String(header));
  }
});

Deno.test("@std/http/negotiation: the language with the highest quality, with any region", () => {
  for (
    const [header, expected] of [
      [null, "en"],
      ["pt-BR,pt;q=0.9,en-US;q=0.8", "pt"],
      ["en-GB,pt;q=0.9", "en"],
      ["de, pt;q=0.3", "pt"],
      ["pt;q=0, en;q=0.1", "en"],
      ["en;q=0.2, PT-pt;q=0.7", "pt"],
      ["de, *;q=0.1", "en"],
      ["en, pt", "en"],
      ["pt, en", "pt"],
      ["de, fr;q=0.5", undefined],
    ] as const
  ) {
    const headers = new Headers(header === null ? {} : { "accept-language": header });
    assertEquals(acceptsLanguages({ headers }, "en", "pt"), expected, String(header));
  }
});

Deno.test("@std/http/server-sent-event-stream: a message becomes the lines that EventSource reads", async () => {
  const textOf = async (...messages: ServerSentEventMessage[]) =>
    await new Response(ReadableStream.from(messages).pipeThrough(new ServerSentEventStream())).text();
  assertEquals(await textOf({ data: "a\nb", retry: 300 }, { comment: "" }), "data:a\ndata:b\nretry:300\n\n:\n\n");
  assertEquals(await textOf({ event: "x", id: 7 }), "event:x\nid:7\n\n");
  const error = await textOf({ event: "x\ndata: y" }).catch((error) => error);
  assertEquals(error instanceof SyntaxError, true, "a line break in a name would begin another field");
});

Deno.test("@std/http/status: an error's status has its name", () => {
  assertEquals([STATUS_TEXT[404], STATUS_TEXT[413], STATUS_TEXT[500]], [
    "Not Found",
    "Content Too Large",
    "Internal Server Error",
  ]);
  assertEquals([404, 503, 200, 303, 499].map(isErrorStatus), [true, true, false, false, false]);
});
