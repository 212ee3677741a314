import { assert, assertEquals, assertRejects } from "@std/assert";
import { blockUser } from "../../../lib/chat/people/blocks.ts";
import { removeMember } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, editMessage, markRead, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { endpointProblem, isPublicAddress, postTo } from "../../../lib/chat/notify/push_endpoint.ts";
import { isSubscribed, subscribePush, unsubscribePush } from "../../../lib/chat/notify/push_subscriptions.ts";
import { openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { setLevel, updateSettings } from "../../../lib/chat/people/settings.ts";
import { vapidKeys } from "../../../lib/chat/notify/vapid.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { DEFAULT_SETTINGS } from "../../../lib/protocol/settings.ts";
import { isQuiet } from "../../../lib/protocol/telling.ts";
import { openTestChat } from "../../support/chat.ts";
import { Hold } from "../../support/hold.ts";
import { addPerson } from "../../support/people.ts";
import { PushService } from "../../support/push_service.ts";
import { until } from "../../support/until.ts";

const room_id = "general";

/** Knows what was asked of it. */
class AskedClock extends FakeClock {
  readonly waits: number[] = [];
  override after(ms: number, run: () => void): () => void {
    this.waits.push(ms);
    return super.after(ms, run);
  }
}

async function world() {
  const clock = new AskedClock();
  const service = await PushService.open();
  const chat = await openTestChat({ clock, config: { pushLoopback: true } });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const session = async (who: Actor) => {
    const now = clock.now();
    await chat.kv.commit({
      set: [
        put(keys.session(who.user_id, who.session_id), {
          id: who.session_id,
          user_id: who.user_id,
          kind: "cookie",
          created_at: now,
          last_seen_at: now,
          expires_at: now + 86_400_000,
          user_agent: "",
          address: "",
          secret_hash: "x",
        }),
      ],
    });
  };
  await session(bob);
  await subscribePush(chat, bob, service.subscription());
  const say = async (content: string, room = room_id, by = ada) => {
    const sent = await sendMessage(chat, by, { room_id: room, content });
    await chat.appender.settled(); // announced, too
    return sent;
  };
  /** Lets the wait pass and whatever follows it end. */
  const passed = async (ms = 5_000) => {
    clock.tick(ms);
    await chat.pushesSettled();
  };
  /** Once the answer to a push has come, and the next try waits for its time: that time passes. */
  const triedAgain = async (ms: number) => {
    await until(() => clock.waits.includes(ms));
    clock.waits.length = 0;
    await passed(ms);
  };
  const told = () => service.received.map(({ note }) => note.body);
  return {
    chat,
    clock,
    service,
    ada,
    bob,
    say,
    passed,
    triedAgain,
    told,
    session,
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

Deno.test("[P1] a mentioned person who looks at no page gets a push, encrypted for their browser and signed by the server", async () => {
  await using w = await world();
  const { id } = await w.say("**@bob** look at `this`");
  await w.passed();
  await until(() => w.service.received.length === 1);
  const [{ note, headers } = { note: null, headers: new Headers() }] = w.service.received;
  assertEquals(note, { room_id, message_id: id, language: "auto", title: "ada · general", body: "@bob look at this" });
  assertEquals([headers.get("content-encoding"), headers.get("topic"), headers.get("ttl")], [
    "aes128gcm",
    "general",
    "14400",
  ]);
  const { publicKey } = await vapidKeys(w.chat.kv);
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.get("authorization") ?? "") ?? [];
  assertEquals(key, publicKey);
  const [head = "", claims = "", signature = ""] = token.split(".");
  const bytes = (part: string) => Uint8Array.fromBase64(part, { alphabet: "base64url" });
  const verifier = await crypto.subtle.importKey(
    "raw",
    bytes(publicKey),
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["verify"],
  );
  const signed = new TextEncoder().encode(`${head}.${claims}`);
  assert(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, verifier, bytes(signature), signed));
});

Deno.test("[P1] the server's key is made at the first start, and a later start keeps it", async () => {
  await using w = await world();
  const [first, second] = await Promise.all([vapidKeys(w.chat.kv), vapidKeys(w.chat.kv)]);
  assertEquals(first, second);
});

Deno.test("[O4] [P2] no push of a message that was read, deleted or one's own, nor while another page is looked at", async () => {
  await using w = await world();
  const read = await w.say("@bob read");
  await markRead(w.chat, w.bob, { room_id, seq: read.seq });
  await w.passed();
  const gone = await w.say("@bob deleted");
  await deleteMessage(w.chat, w.ada, { room_id, message_id: gone.id });
  await w.passed();
  await w.say("@room my own", room_id, w.bob);
  await w.passed();
  const page = { type: "active", user_id: "bob", connection_id: "c1" } as const;
  w.chat.bus.publish({ ...page, active: true });
  await w.say("@bob while reading");
  await w.passed();
  assertEquals(w.told(), []);
  // a page that is gone without a word is believed for a while only
  w.clock.tick(300_001);
  await w.say("@bob after reading");
  await w.passed();
  await until(() => w.told().length === 1);
  w.chat.bus.publish({ ...page, active: true });
  w.chat.bus.publish({ ...page, active: false });
  await w.say("@bob put away");
  await w.passed();
  await until(() => w.told().length === 2);
});

Deno.test("[P3] levels: mentions by default, every message or nothing by room; @here is pushed to nobody", async () => {
  await using w = await world();
  await w.say("just talk");
  await w.say("@here lunch");
  await w.passed();
  assertEquals(w.told(), []);
  await setLevel(w.chat, w.bob, room_id, "all");
  await w.say("every word");
  await w.passed();
  await until(() => w.told().length === 1);
  await setLevel(w.chat, w.bob, room_id, "nothing");
  await w.say("@bob @room");
  await w.passed();
  const direct = await openDirect(w.chat, w.ada, "bob");
  await w.say("for you alone", direct.id);
  await w.passed();
  await until(() => w.told().length === 2);
  await updateSettings(w.chat, w.bob, { notify: "nothing" });
  await w.say("not even this", direct.id);
  await w.passed();
  assertEquals(w.told(), ["every word", "for you alone"]);
});

Deno.test("[P3] quiet hours go by the person's time zone, also over midnight", () => {
  const at = (time: string) => Date.parse(`2026-01-15T${time}:00Z`);
  const night = { ...DEFAULT_SETTINGS, quiet_from: "22:00", quiet_to: "07:30", time_zone: "America/Sao_Paulo" };
  for (const [time, quiet] of [["00:59", false], ["01:00", true], ["10:29", true], ["10:30", false]] as const) {
    assertEquals(isQuiet(night, at(time)), quiet, time);
  }
  const noon = { ...DEFAULT_SETTINGS, quiet_from: "12:00", quiet_to: "13:00" };
  assertEquals([isQuiet(noon, at("12:30")), isQuiet(noon, at("13:00")), isQuiet(DEFAULT_SETTINGS, at("03:00"))], [
    true,
    false,
    false,
  ]);
});

Deno.test("[P4] several messages of a room are one push, of the last; without its text where the person wants none", async () => {
  await using w = await world();
  await updateSettings(w.chat, w.bob, { show_text: false, language: "pt" });
  await w.say("@bob one");
  const { id } = await w.say("@bob two");
  await w.passed();
  await until(() => w.service.received.length === 1);
  const note = w.service.received[0]?.note;
  assertEquals([w.told(), note?.message_id, note?.language], [[""], id, "pt"]);
});

Deno.test("[P4] a mention is pushed in spite of a flood of messages, or of a later mention that is gone or by somebody blocked", async () => {
  await using w = await world();
  const eve = await addPerson(w.chat, "eve");
  await blockUser(w.chat, w.bob, "eve");
  const { id } = await w.say("@bob the call");
  for (let i = 0; i < 120; i++) await w.say(`talk ${i}`);
  await w.say("@bob from somebody blocked", room_id, eve);
  const gone = await w.say("@bob taken back");
  await deleteMessage(w.chat, w.ada, { room_id, message_id: gone.id });
  await w.passed();
  await until(() => w.service.received.length === 1);
  assertEquals(w.service.received[0]?.note.message_id, id);
});

Deno.test("[P5] a subscription goes when the push service says so, when its session ends, and when its browser is another's", async () => {
  await using w = await world();
  const present = async (who: Actor) => (await w.chat.kv.get(keys.push(who.user_id, who.session_id))).value !== null;
  w.service.status = 410;
  await w.say("@bob one");
  await w.passed();
  await until(async () => !await present(w.bob));

  w.service.status = 201;
  await subscribePush(w.chat, w.bob, w.service.subscription());
  await w.chat.kv.commit({ delete: [keys.session("bob", w.bob.session_id)] });
  await w.say("@bob two");
  await w.passed();
  await until(async () => !await present(w.bob));
  assertEquals(w.told(), []);

  await w.session(w.bob);
  await subscribePush(w.chat, w.bob, w.service.subscription());
  await subscribePush(w.chat, w.ada, w.service.subscription());
  assertEquals([await present(w.bob), await present(w.ada)], [false, true]);
  assertEquals([await isSubscribed(w.chat, w.ada), await isSubscribed(w.chat, w.bob)], [true, false]);
  await unsubscribePush(w.chat, w.ada);
  assertEquals(await isSubscribed(w.chat, w.ada), false);
  assertEquals(await present(w.ada), false);
});

Deno.test("[P5] a subscription that goes while its browser becomes another account's leaves that one's", async () => {
  const hold = new Hold();
  await using service = await PushService.open();
  await using chat = await openTestChat({ wrapKv: hold.wrapKv, config: { pushLoopback: true } });
  const [ada, bob, eve] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "eve")];
  await subscribePush(chat, ada, service.subscription());
  hold.on(keys.push("ada", ada.session_id));
  const going = unsubscribePush(chat, ada);
  await hold.reached;
  await subscribePush(chat, bob, service.subscription());
  hold.release();
  await going;
  await subscribePush(chat, eve, service.subscription());
  assertEquals([await isSubscribed(chat, bob), await isSubscribed(chat, eve)], [false, true]);
});

Deno.test("[P5] a push service that fails is tried again, not for ever, and not for what was read meanwhile", async () => {
  await using w = await world();
  w.service.status = 503;
  await w.say("@bob one");
  await w.passed();
  await until(() => w.service.requests === 1);
  for (const [wait, requests] of [[2_000, 2], [15_000, 3], [60_000, 4]] as const) {
    await w.triedAgain(wait);
    await until(() => w.service.requests === requests);
  }
  await w.passed(3_600_000);
  assertEquals(w.service.requests, 4);
  await w.session(w.bob);
  const { seq } = await w.say("@bob two");
  await w.passed();
  await until(() => w.service.requests === 5);
  await markRead(w.chat, w.bob, { room_id, seq });
  await w.triedAgain(2_000);
  assertEquals(w.service.requests, 5);
});

Deno.test("[P5] one user has at most ten browsers, the oldest gives way", async () => {
  await using w = await world();
  for (let n = 0; n < 12; n++) {
    w.clock.tick(1_000);
    await subscribePush(w.chat, { ...w.bob, session_id: `s${n}` }, w.service.subscription(`browser${n}`));
  }
  assertEquals((await w.chat.kv.get(keys.push("bob", "s1"))).value, null);
  assert((await w.chat.kv.get(keys.push("bob", "s2"))).value !== null);
  assertEquals((await w.chat.kv.list(ranges.family("push_endpoint"), { limit: 99 })).length, 10);
});

Deno.test("[P5] a retry pushes what is still there by then, and only to people who may still read it", async () => {
  await using w = await world();
  w.service.status = 503;
  const { id } = await w.say("@bob a secret");
  await w.passed();
  await until(() => w.service.requests === 1);
  await editMessage(w.chat, w.ada, { room_id, message_id: id, content: "@bob nothing" });
  w.service.status = 201;
  await w.triedAgain(2_000);
  await until(() => w.told().length === 1);
  assertEquals(w.told(), ["@bob nothing"]);

  w.service.status = 503;
  await w.say("@bob the plan");
  await w.passed();
  await until(() => w.service.requests === 3);
  const { value: account } = await w.chat.kv.get(keys.user("ada"));
  if (account !== null) await w.chat.kv.commit({ set: [put(keys.user("ada"), { ...account, admin: true })] });
  await removeMember(w.chat, { ...w.ada, admin: true }, room_id, "bob", { ban: true });
  w.service.status = 201;
  await w.triedAgain(2_000);
  assertEquals([w.service.requests, w.told().length], [3, 1]);
});

Deno.test("[P5] push services that never answer delay no other person's pushes", async () => {
  await using w = await world();
  await setLevel(w.chat, w.ada, room_id, "all");
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const taking = (async () => {
    for await (const conn of silent) open.push(conn);
  })();
  for (let n = 0; n < 10; n++) {
    const ada = { ...w.ada, session_id: `s${n}` };
    await w.session(ada);
    const endpoint = `http://127.0.0.1:${silent.addr.port}/${n}`;
    await subscribePush(w.chat, ada, { ...w.service.subscription(), endpoint });
  }
  for (let n = 0; n < 3; n++) {
    await w.say("for ada", room_id, w.bob);
    w.clock.tick(5_000); // what is posted to them never ends
  }
  await until(() => open.length > 0);
  await w.say("@bob and here you are");
  w.clock.tick(5_000);
  await until(() => w.told().length === 1);
  assertEquals(open.length, 1);
  silent.close();
  for (const conn of open) conn.close();
  await taking;
});

const ADDRESSES: [address: string, isPublic: boolean][] = [
  ["8.8.8.8", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["2606:4700::1111", true],
  ["::1", false],
  ["::", false],
  ["fe80::1", false],
  ["fd00::1", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:8.8.8.8", false],
  ["64:ff9b::7f00:1", false],
  ["2002:7f00:1::", false],
  ["2001:db8::1", false],
  ["not an address", false],
];

Deno.test("[P6] only addresses of the public internet are push services", () => {
  for (const [address, isPublic] of ADDRESSES) assertEquals(isPublicAddress(address), isPublic, address);
});

const ENDPOINTS: [endpoint: string, fits: boolean][] = [
  ["https://updates.push.services.mozilla.com/wpush/v2/x", true],
  ["https://fcm.googleapis.com/fcm/send/x", true],
  ["http://fcm.googleapis.com/x", false],
  ["https://127.0.0.1/x", false],
  ["https://[::1]/x", false],
  ["https://2130706433/x", false],
  ["https://0x7f.1/x", false],
  ["https://localhost/x", false],
  ["https://metadata/x", false],
  ["https://metadata.google.internal/x", false],
  ["https://printer.local/x", false],
  ["https://example.org:8443/x", false],
  ["https://user:pass@example.org/x", false],
  ["ftp://example.org/x", false],
  ["nonsense", false],
];

Deno.test("[P6] subscribing with an endpoint that is not allowed is refused at once", async () => {
  for (const [endpoint, fits] of ENDPOINTS) assertEquals(endpointProblem(endpoint, false) === null, fits, endpoint);
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await using service = await PushService.open();
  const refused = await assertRejects(() => subscribePush(chat, ada, service.subscription()), ChatError);
  assertEquals([refused.code, refused.field], ["invalid", "endpoint"]);
});

Deno.test("[P6] a name that resolves to this machine is not connected to, whatever it is called", async () => {
  for (const inside of ["127.0.0.1", "::1", "10.0.0.7", "169.254.169.254"]) {
    const family = inside.includes(":") ? 6 : 4;
    for (
      const addresses of [[{ address: inside, family }], [{ address: "8.8.8.8", family: 4 }, {
        address: inside,
        family,
      }]]
    ) {
      await assertRejects(
        () =>
          postTo("https://push.example.org/x", {}, new Uint8Array(), false, (_host, _options, done) => {
            done(null, addresses);
          }),
        Error,
        "push.example.org is not on the public internet",
      );
    }
  }
});

Deno.test("push: a key that is no point of P-256 is refused, and one that is stored already is dropped, not retried", async () => {
  await using w = await world();
  const good = w.service.subscription();
  const notAPoint = new Uint8Array(65).fill(4).toBase64({ alphabet: "base64url", omitPadding: true });
  const bad = { ...good, keys: { ...good.keys, p256dh: notAPoint } };
  const refused = await assertRejects(() => subscribePush(w.chat, w.bob, bad), ChatError);
  assertEquals([refused.code, refused.field], ["invalid", "keys.p256dh"]);
  const key = keys.push(w.bob.user_id, w.bob.session_id);
  await w.chat.kv.commit({ set: [put(key, { ...bad, created_at: w.clock.now() })] });
  await w.say("@bob hello");
  await w.passed();
  await until(async () => (await w.chat.kv.get(key)).value === null);
  assertEquals(w.service.requests, 0);
});
