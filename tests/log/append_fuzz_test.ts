/** Batches on a queue that remembers and guesses, with commits that go wrong, against one command after the other. */
import { assertEquals } from "@std/assert";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { Appender } from "../../lib/log/append.ts";
import { emptyHead } from "../../lib/log/draft.ts";
import type { AppendCommand } from "../../lib/log/command.ts";
import { FileKv } from "../../lib/store/file.ts";
import { FAMILY_NAMES, keys, ranges } from "../../lib/store/keys.ts";
import { put, type Write } from "../../lib/store/kv.ts";

const ROOMS = ["general", "ops", "tea"];
const PEOPLE = ["ada", "bob", "cleo", "dan", "eve"];
const FILES = 30;

function randomFrom(seed: number) {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}

interface Step {
  room: string;
  /** The target is the id of what the command of this number made. */
  target?: number;
  command: (target: string) => AppendCommand;
}

/** Batches, whose targets are of batches before. */
function script(seed: number): Step[][] {
  const { below, one } = randomFrom(seed);
  const made: { room: string; n: number }[] = [];
  let n = 0;
  return Array.from({ length: 40 }, () => {
    const targets = [...made];
    return Array.from({ length: 1 + below(12) }, (): Step => {
      const room = one(ROOMS);
      const user_id = one(PEOPLE);
      const by = one(PEOPLE);
      const content = `text ${below(4)}`;
      const calls = below(3) > 0 ? {} : {
        calls: {
          names: Array.from({ length: below(3) }, () => one([...PEOPLE, "nobody", "bob."])),
          ...(below(2) === 0 ? {} : { room: "room" as const }),
        },
      };
      const own = targets.filter((target) => target.room === room);
      const target = own.length > 0 ? one(own).n : undefined;
      const kind = below(target === undefined ? 10 : 22);
      const number = n++;
      const step = (command: Step["command"]): Step => ({ room, command });
      const about = (command: Step["command"]): Step => ({ room, target: target ?? 0, command });
      const added = below(2) === 0 ? { by } : {};
      if (kind === 0) return step(() => ({ type: "join", user_id, ...added }));
      if (kind === 1) return step(() => ({ type: "leave", user_id }));
      const ban = below(2) === 0;
      if (kind === 2) return step(() => ({ type: "leave", user_id, by, ban }));
      const role = one(["member", "moderator", "owner"] as const);
      if (kind === 3) return step(() => ({ type: "role", user_id, by, role, by_admin: true }));
      const until = below(2) * 9e12;
      if (kind === 4) return step(() => ({ type: "mute", user_id, by, until, by_admin: true }));
      const read_only = below(3) === 0;
      if (kind === 5) return step(() => ({ type: "room", user_id, read_only, by_admin: true }));
      if (kind >= 10 && kind < 13) return about((target) => ({ type: "edit", user_id, target, content, ...calls }));
      if (kind === 13) return about((target) => ({ type: "delete", user_id, target, by_admin: true }));
      const emoji = one(["👍", "🎉"]);
      const op = one(["add", "remove"] as const);
      if (kind < 10 || kind >= 18) {
        made.push({ room, n: number });
        const client_id = one([undefined, `c${number}`, `c${below(20)}`]);
        const files = below(6) === 0 ? [`${room}${below(FILES)}`] : [];
        return {
          room,
          ...(below(5) > 0 || target === undefined ? {} : { target }),
          command: (reply_to) => ({
            type: "message",
            user_id,
            content,
            ...calls,
            ...(client_id === undefined ? {} : { client_id }),
            ...(reply_to === "" ? {} : { reply_to }),
            ...(files.length === 0 ? {} : { files }),
          }),
        };
      }
      if (kind < 16) return about((target) => ({ type: "react", user_id, target, emoji, op }));
      return about((target) => ({ type: "pin", user_id, target, op, by_admin: true }));
    });
  });
}

class FaultyKv extends FileKv {
  fault: () => "none" | "lost" | "refused" | "unanswered" = () => "none";
  readonly #inARow = new Map<unknown, number>();

  override async commit(write: Write): Promise<string | null> {
    // a fourth would be told to the sender
    const room = write.checks?.[0]?.key[1];
    const before = this.#inARow.get(room) ?? 0;
    const fault = before < 2 ? this.fault() : "none";
    this.#inARow.set(room, fault === "none" ? 0 : before + 1);
    if (fault === "refused") return null;
    const versionstamp = fault === "lost" ? null : await super.commit(write);
    if (fault === "none") return versionstamp;
    throw new ChatError("storage_unavailable", "no answer");
  }
}

async function run(batches: Step[][], how: { together: boolean; faults: number }) {
  const kv = new FaultyKv(await Deno.openKv(":memory:"), undefined);
  for (const id of ROOMS) {
    const room = { id, kind: "public" as const, name: id, topic: "", created_by: "", created_at: 0 };
    await kv.commit({
      set: [
        put(keys.room(id), room),
        put(keys.head(id), { ...emptyHead(0), members: PEOPLE.length, owners: 1 }),
        ...PEOPLE.map((user_id, i) =>
          put(keys.member(id, user_id), { user_id, role: i === 0 ? "owner" : "member", state: "joined", since: 0 })
        ),
        ...Array.from({ length: FILES }, (_, i) =>
          put(keys.file(`${id}${i}`), {
            id: `${id}${i}`,
            name: "a",
            type: "text/plain",
            size: 1,
            owner: PEOPLE[i % 5] ?? "",
            store: "kv",
            state: "uploaded",
            created_at: 0,
          })),
      ],
    });
  }
  await kv.commit({ set: PEOPLE.map((id) => put(keys.username(id), id)) });
  const admin = { color: "#3e63dd", password_hash: "-", admin: true, created_at: 0 };
  await kv.commit({
    set: PEOPLE.map((id) => put(keys.user(id), { id, username: id, display_name: id, ...admin })),
  });
  await kv.commit({ set: [put(keys.block("bob", "ada"), 1)] });

  const { below, one } = randomFrom(how.faults);
  if (how.faults > 0) {
    kv.fault = () => below(8) > 0 ? "none" : one(["lost", "refused", "unanswered"] as const);
  }
  const announced = new Map<string, number[]>(ROOMS.map((id) => [id, []]));
  const appender = new Appender({
    kv,
    clock: new FakeClock(1_000),
    rules: makeRules({ idempotencyMs: 1e9 }),
    ...(how.together ? { remember: 2, guesses: 6 } : { remember: 0, guesses: 0 }),
    committed: (roomId, events) => void announced.get(roomId)?.push(...events.map(({ record }) => record.seq)),
    onError: (error) => {
      throw error;
    },
  });
  const ids = new Map<number, string>();
  const outcomes: string[] = [];
  let n = 0;
  for (const batch of batches) {
    const send = async ({ room, target, command }: Step) => {
      const number = n++;
      const made = command(target === undefined ? "" : ids.get(target) ?? "1-00000000");
      outcomes[number] = await appender.append(room, made).then((outcome) => {
        if (made.type === "message") ids.set(number, outcome.id);
        return `${made.type} ${outcome.seq} ${outcome.changed} ${JSON.stringify(outcome.reactions ?? [])}`;
      }, (error) => `${made.type} ${error.code ?? error}`);
    };
    if (how.together) await Promise.all(batch.map(send));
    else for (const step of batch) await send(step);
  }
  await appender.settled();
  kv.fault = () => "none";
  const entries: string[] = [];
  for (const family of FAMILY_NAMES) {
    for (const { key, value } of await kv.list(ranges.family(family), { limit: 10_000 })) {
      // the random half of ids
      const text = JSON.stringify([key, value]).replaceAll(/(\d+-)[0-9a-z]{8}/g, "$1*");
      entries.push(key[0] === "audit" ? text.replaceAll(/"[0-9a-z]+-?[0-9a-z]{8}"/g, '"*"') : text);
    }
  }
  kv.close();
  return { outcomes, entries: entries.sort(), announced: [...announced] };
}

Deno.test("[D2] [D3] [D9] random commands in batches, with cached state and guesses, have the same result as one at a time", async () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 57]) {
    const batches = script(seed);
    const expected = await run(batches, { together: false, faults: 0 });
    for (const faults of [0, seed]) {
      const found = await run(batches, { together: true, faults });
      assertEquals(found.outcomes, expected.outcomes, `seed ${seed}, faults ${faults}`);
      assertEquals(found.announced, expected.announced, `seed ${seed}, faults ${faults}`);
      assertEquals(found.entries, expected.entries, `seed ${seed}, faults ${faults}`);
    }
  }
});
