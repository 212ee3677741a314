/** In the range below, and refused by fetch (https://fetch.spec.whatwg.org/#port-blocking). */
const BLOCKED = [10_080];

/** A port to listen on later, or again: outside of the range that the system gives to listeners on port 0. */
export function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (BLOCKED.includes(port)) continue;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
