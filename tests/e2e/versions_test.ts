/** The version before this one and this one on one store, through a rolling restart with traffic (E10). */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../lib/base/clock.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { SCHEMA_VERSION } from "../../lib/store/open.ts";
import { getJson, type Json, post, type Session, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { whyNoPrevious, withPrevious } from "../support/previous.ts";
import { random } from "../support/random.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { unreadIn } from "../support/unread_counts.ts";
import { until } from "../support/until.ts";
import { withDir } from "../support/with_dir.ts";

const ROUND = 24;

/** People who send, change and delete, on whichever process there is. */
class Traffic {
  readonly acknowledged: { id: string; seq: number; content: string }[] = [];
  readonly deleted = new Set<string>();
  readonly edited = new Map<string, string>();
  readonly #next = random(7);
  readonly #session: Session;
  readonly #roomId: string;

  constructor(session: Session, roomId: string) {
    this.#session = session;
    this.#roomId = roomId;
  }

  /** Each gets as much; what was sent anywhere is changed anywhere. */
  async run(servers: ServerProcess[]): Promise<void> {
    const sockets = await Promise.all(servers.map(({ origin }) => TestSocket.open(origin, this.#session)));
    await Promise.all(sockets.map(async (socket, at) => {
      for (let i = at; i < ROUND; i += sockets.length) await this.#act(socket);
    }));
    for (const socket of sockets) socket.close();
    await Promise.all(sockets.map(({ closed }) => closed));
  }

  async #act(socket: TestSocket): Promise<void> {
    const n = this.acknowledged.length;
    const content = `message ${crypto.randomUUID()}`;
    const { id, seq } = await this.#done(socket, { type: "chat_message", content, client_id: content.slice(8) });
    this.acknowledged.push({ id, seq, content });
    const one = this.acknowledged[Math.floor(this.#next() * n)];
    if (one === undefined || this.deleted.has(one.id) || this.edited.has(one.id)) return;
    if (this.#next() < 0.6) {
      this.deleted.add(one.id);
      await this.#done(socket, { type: "delete_message", message_id: one.id });
    } else {
      this.edited.set(one.id, `edited ${one.content}`);
      await this.#done(socket, { type: "edit_message", message_id: one.id, content: `edited ${one.content}` });
    }
  }

  /** As a client does: again until it is answered. */
  async #done(socket: TestSocket, command: Json): Promise<Json> {
    for (;;) {
      const reply = await socket.command({ ...command, room_id: this.#roomId });
      if (reply.ok) return reply;
      assertEquals(reply.error.code, "storage_unavailable", JSON.stringify(reply));
    }
  }
}

/** Every acknowledged message once, in one order, as it now stands. */
async function assertWhole(kv: Kv, roomId: string, traffic: Traffic): Promise<void> {
  const items = await kv.list(ranges.items(roomId, 0, 10_000), { limit: 10_000 });
  const messages = items.flatMap(({ value }) => value.kind === "message" ? [value] : []);
  const expected = [...traffic.acknowledged].sort((a, b) => a.seq - b.seq);
  assertEquals(messages.map(({ id }) => id), expected.map(({ id }) => id));
  assertEquals(
    messages.map(({ content }) => content),
    expected.map(({ id, content }) => traffic.deleted.has(id) ? "" : traffic.edited.get(id) ?? content),
  );
  const changes = await kv.list(ranges.changes(roomId, 0, 10_000), { limit: 10_000 });
  const seqs = [...items, ...changes].map(({ value }) => value.seq).sort((a, b) => a - b);
  assertEquals(seqs, seqs.map((_, i) => i + 1), "one sequence without a hole");
}

const why = await whyNoPrevious();

Deno.test({
  name: "rolling restart from the earlier version: no acknowledged message is lost, and unread counts are right" +
    (why === undefined ? "" : ` (${why})`),
  ignore: why !== undefined,
  fn: () => withPrevious((previous) => withDir((dir) => roll(previous, dir))),
});

async function roll(previous: string, dir: string): Promise<void> {
  await using store = await openKvConnect();
  const env = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token };
  const older = () => startProcess(dir, env, { cwd: previous });
  const newer = () => startProcess(dir, env);
  const kv = await openRemote(store.url, { clock: systemClock, onWait() {} });
  const schema = async () => (await kv.get(keys.meta())).value?.schema_version;
  try {
    await using a = await older();
    await using b = await older();
    const [ada, ben] = [await signUp(a.origin, "ada"), await signUp(b.origin, "ben")];
    const { id } = await (await post(a.origin, "/api/rooms", { name: "Rolling", kind: "public" }, ada)).json();
    await (await post(a.origin, `/api/rooms/${id}/members`, { user_id: ben.user.id }, ada)).body?.cancel();
    const traffic = new Traffic(ada, id);
    await traffic.run([a, b]);

    await using c = await newer();
    await traffic.run([a, b, c]);
    assertEquals(await schema(), SCHEMA_VERSION - 1, "an older process lives: it knows no newer schema");
    const { unshown } = (await kv.get(keys.head(id))).value ?? {};
    assert(unshown !== undefined, "this version deleted something");
    assertEquals(await a.stop(), 0);
    await using d = await newer();
    await traffic.run([b]);
    assert(
      ((await kv.get(keys.head(id))).value?.unshown ?? 0) >= unshown,
      "an older process keeps what it does not know",
    );
    await traffic.run([b, c, d]);
    assertEquals(await b.stop(), 0);
    await traffic.run([c, d]);
    await until(async () => await schema() === SCHEMA_VERSION);

    await assertWhole(kv, id, traffic);
    const gone = await kv.list(ranges.unshown(id, 0), { limit: 10_000 });
    const deleted = traffic.acknowledged.filter((one) => traffic.deleted.has(one.id)).map(({ seq }) => seq);
    assertEquals(gone.map(({ key }) => Number(key[2])), deleted.sort((x, y) => x - y));
    const sums = (await kv.get(keys.unshownSums(id, 0))).value ?? [];
    assertEquals(
      sums.reduce((x, y) => x + y, 0),
      deleted.length,
      "the deletions of the older processes are summed too",
    );
    for (const { origin } of [c, d]) {
      const room = await getJson(origin, `/api/rooms/${id}`, ben);
      assertEquals(unreadIn(room), traffic.acknowledged.length - traffic.deleted.size);
    }
  } finally {
    kv.close();
  }
}
