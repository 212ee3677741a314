/** What every bus must do, whatever it spans. */
import { assertEquals } from "@std/assert";
import type { Bus, EncodedEvent, Signal } from "../../lib/bus/bus.ts";
import { shardOf } from "../../lib/store/keys.ts";
import { until } from "../support/until.ts";

const ada = { id: "u1", username: "ada", display_name: "Ada", color: "#3e63dd" };

function event(seq: number, type: EncodedEvent["type"] = "chat_message"): EncodedEvent {
  return { seq, id: `${seq}-abcdefgh`, type, user_id: "u1", messages: seq, line: `{"seq":${seq}}` };
}

export interface Ends extends AsyncDisposable {
  a: Bus;
  /** The bus as another isolate has it; the same one where there is no other. */
  b: Bus;
  /** Commits what an append to the room would. */
  append(roomId: string): Promise<void>;
}

const LISTENER_FAILURE = new Error("a listener failed");
export const throws = (error: unknown) => {
  if (error !== LISTENER_FAILURE) throw error;
};

export function listen(bus: Bus): Signal[] {
  const got: Signal[] = [];
  bus.subscribe((signal) => void got.push(signal));
  return got;
}

export function busContract(name: string, make: () => Promise<Ends>): void {
  Deno.test(`${name}: [D5] a commit reaches its own isolate at once, and others as events or as a wake`, async () => {
    await using ends = await make();
    const [here, there] = [listen(ends.a), listen(ends.b)];
    await ends.append("general");
    const signal: Signal = { type: "events", room_id: "general", events: [event(1), event(2)] };
    ends.a.publish(signal);
    assertEquals(here.at(-1), signal);
    const wake = { type: "wake", shard: shardOf("general") };
    await until(() => there.some((one) => one.type === "events" || one.type === "wake"));
    const came = there.find((one) => one.type === "events" || one.type === "wake");
    assertEquals(came, came?.type === "events" ? signal : wake);
  });

  Deno.test(`${name}: typing, read marks, profiles and revocations reach every isolate once and in order`, async () => {
    await using ends = await make();
    const there = listen(ends.b);
    const sent: Signal[] = [
      { type: "typing", room_id: "general", user: ada, typing: true },
      { type: "user", user_id: "u1", line: '{"type":"read"}' },
      { type: "profile", user: ada },
      { type: "control" },
      { type: "user", user_id: "u1", line: '{"type":"read","seq":2}' },
    ];
    for (const signal of sent) ends.a.publish(signal);
    const kinds = new Set(sent.map(({ type }) => type));
    await until(() => there.filter(({ type }) => kinds.has(type)).length === sent.length);
    assertEquals(there.filter(({ type }) => kinds.has(type)), sent);
  });

  Deno.test(`${name}: an isolate that joins later learns who is online`, async () => {
    await using ends = await make();
    const { isolate } = ends.a;
    if (isolate === undefined) return;
    const online = [{ user: ada, rooms: ["general"] }];
    // as the hub does
    ends.a.subscribe((signal) => {
      if (signal.type === "who") ends.a.publish({ type: "presence", isolate, online, offline: [], all: true });
    });
    ends.a.publish({ type: "presence", isolate, online, offline: [] });
    const there = listen(ends.b);
    ends.b.publish({ type: "who" });
    await until(() => there.some((one) => one.type === "presence" && one.online[0]?.user.id === "u1"));
  });

  Deno.test(`${name}: a subscription that ended gets no more signals`, async () => {
    await using ends = await make();
    const got: Signal[] = [];
    const end = ends.a.subscribe((signal) => void got.push(signal));
    ends.a.publish({ type: "control" });
    end();
    ends.a.publish({ type: "control" });
    assertEquals(got, [{ type: "control" }]);
  });

  Deno.test(`${name}: a listener that throws affects neither the other listeners nor the publisher`, async () => {
    await using ends = await make();
    ends.a.subscribe(() => {
      throw LISTENER_FAILURE;
    });
    const got = listen(ends.a);
    ends.a.publish({ type: "control" });
    assertEquals(got, [{ type: "control" }]);
  });

  Deno.test(`${name}: a publish on a closed bus reaches no listener and does not throw`, async () => {
    await using ends = await make();
    const got = listen(ends.a);
    await ends.a.close();
    ends.a.publish({ type: "control" });
    assertEquals(got, []);
  });
}
