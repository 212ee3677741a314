import { assertEquals, assertRejects } from "@std/assert";
import { isPushed, type PushService, subscribe, unsubscribe } from "../../../lib/client/offline/push.ts";

const KEYS = { p256dh: "p", auth: "a" };

/** A browser's push service and a server, both of which note down what they are asked. */
function browser({ known = false, subscribed = false } = {}) {
  const log: string[] = [];
  const state = { known, subscribed, refusals: 0 };
  const subscription = {
    unsubscribe: () => {
      log.push("browser: unsubscribe");
      state.known = false;
      return Promise.resolve(true);
    },
    toJSON: (): { endpoint?: string; keys?: Record<string, string> } => ({
      endpoint: "https://push.test/1",
      keys: KEYS,
    }),
  };
  const service: PushService = {
    getSubscription: () => Promise.resolve(state.known ? subscription : null),
    subscribe({ applicationServerKey }) {
      if (state.refusals-- > 0) return Promise.reject(new DOMException("another key", "InvalidStateError"));
      log.push(`browser: subscribe ${applicationServerKey}`);
      state.known = true;
      return Promise.resolve(subscription);
    },
  };
  const api = {
    push: () => Promise.resolve({ public_key: "key", subscribed: state.subscribed }),
    subscribePush({ endpoint }: { endpoint: string }) {
      log.push(`server: subscribe ${endpoint}`);
      return Promise.resolve();
    },
    unsubscribePush() {
      log.push("server: unsubscribe");
      return Promise.resolve();
    },
  };
  return { log, state, subscription, api, find: () => Promise.resolve(service) };
}

const none = () => Promise.resolve(null);

Deno.test("push: it is on where both the browser and the server have the subscription", async () => {
  for (const known of [false, true]) {
    for (const subscribed of [false, true]) {
      const { api, find } = browser({ known, subscribed });
      assertEquals(await isPushed(api, find), known && subscribed);
    }
  }
  const { api } = browser({ known: true, subscribed: true });
  assertEquals(await isPushed(api, none), false, "a browser without push");
  assertEquals(await isPushed({ ...api, push: () => Promise.reject(new Error("offline")) }, browser().find), false);
});

Deno.test("push: subscribing gives the browser the server's key, and the server the browser's address", async () => {
  const { api, find, log } = browser();
  assertEquals(await subscribe(api, find), true);
  assertEquals(log, ["browser: subscribe key", "server: subscribe https://push.test/1"]);
  assertEquals(await subscribe(api, none), false);
});

Deno.test("push: a subscription for another server's key is taken back first; any other refusal is told", async () => {
  const old = browser({ known: true });
  old.state.refusals = 1;
  assertEquals(await subscribe(old.api, old.find), true);
  assertEquals(old.log, ["browser: unsubscribe", "browser: subscribe key", "server: subscribe https://push.test/1"]);
  const refused = browser();
  refused.state.refusals = 1;
  await assertRejects(() => subscribe(refused.api, refused.find), DOMException);
  assertEquals(refused.log, []);
});

Deno.test("push: a subscription without an address or keys is not told to the server", async () => {
  for (
    const left of [{}, { endpoint: "https://push.test/1" }, { endpoint: "https://push.test/1", keys: { auth: "a" } }]
  ) {
    const { api, find, log, subscription } = browser();
    subscription.toJSON = () => left;
    assertEquals(await subscribe(api, find), false);
    assertEquals(log, ["browser: subscribe key"]);
  }
});

Deno.test("push: unsubscribing tells the server first: where that fails the browser's stays, to be tried again", async () => {
  const { api, find, log } = browser({ known: true });
  await unsubscribe(api, find);
  assertEquals(log, ["server: unsubscribe", "browser: unsubscribe"]);
  const failing = browser({ known: true });
  const down = { ...failing.api, unsubscribePush: () => Promise.reject(new Error("down")) };
  await assertRejects(() => unsubscribe(down, failing.find));
  assertEquals(failing.log, []);
});
