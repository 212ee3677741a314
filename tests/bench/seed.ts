/** Fills a database for a benchmark directly, without paying for password hashes. */
import { hashSecret, randomId, randomSecret } from "../../lib/base/ids.ts";
import { emptyHead } from "../../lib/log/draft.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Kv, type Put, put } from "../../lib/store/kv.ts";
import { openStore } from "../../lib/store/open.ts";

export interface Seeded {
  /** Cookie header lines, one a user. */
  cookies: string[];
  rooms: string[];
  epoch: string;
}

/** `users` accounts with a session each, all members of every room; `messages` in the first room. */
export async function seed(
  path: string,
  users: number,
  rooms: number,
  messages: number,
  textOf: (seq: number) => string = sameText,
): Promise<Seeded> {
  const { kv, epoch } = await openStore(path);
  const ids = Array.from({ length: users }, (_, i) => `u${String(i).padStart(11, "0")}`);
  const roomIds = Array.from({ length: rooms }, (_, i) => rooms === 1 ? "general" : `r${i}`);
  const cookies: string[] = [];
  const now = Date.now();
  const writer = new Writer(kv);
  await writer.put(put(keys.firstAdmin(), ids[0] ?? ""));
  for (const [i, id] of ids.entries()) {
    const secret = randomSecret();
    const secret_hash = await hashSecret(secret);
    cookies.push(`Cookie: parley_session=${secret}`);
    const [session_id, username] = [randomId(12), `bench${i}`];
    await writer.put(
      put(keys.user(id), {
        id,
        username,
        display_name: `Bench ${i}`,
        color: "#3e63dd",
        password_hash: "-",
        admin: false,
        created_at: now,
      }),
      put(keys.username(username), id),
      put(keys.session(id, session_id), {
        id: session_id,
        user_id: id,
        kind: "cookie",
        created_at: now,
        expires_at: now + 86_400_000,
        last_seen_at: now,
        user_agent: "bench",
        address: "127.0.0.1",
        secret_hash,
      }),
      put(keys.sessionBySecret(secret_hash), { user_id: id, session_id }),
    );
  }
  for (const [n, roomId] of roomIds.entries()) {
    // people are spread over the rooms as the generator spreads its sockets
    const people = ids.filter((_, i) => rooms === 1 || i % rooms === n);
    const count = n === 0 ? messages : 0;
    await writer.put(
      put(keys.room(roomId), {
        id: roomId,
        kind: "public",
        name: roomId,
        topic: "",
        created_by: "",
        created_at: now,
      }),
      put(keys.publicRoom(roomId), true as const),
      put(keys.head(roomId), {
        ...emptyHead(now),
        members: people.length,
        seq: count,
        messages: count,
        id: count === 0 ? "" : `${count}-00000000`,
      }),
    );
    for (const id of people) {
      await writer.put(
        put(keys.member(roomId, id), { user_id: id, role: "member", state: "joined", since: now }),
        put(keys.joined(id, roomId), true as const),
      );
    }
    for (let seq = 1; seq <= count; seq++) {
      await writer.put(put(keys.item(roomId, seq), {
        kind: "message",
        seq,
        id: `${seq}-00000000`,
        user_id: ids[seq % users] ?? "",
        at: now,
        messages: seq,
        content: textOf(seq),
      }));
    }
  }
  await writer.flush();
  kv.close();
  return { cookies, rooms: roomIds, epoch };
}

function sameText(seq: number): string {
  return `Message ${seq} of a long conversation about nothing in particular, as conversations are.`;
}

class Writer {
  readonly #kv: Kv;
  #waiting: Put[] = [];

  constructor(kv: Kv) {
    this.#kv = kv;
  }

  async put(...puts: Put[]): Promise<void> {
    this.#waiting.push(...puts);
    if (this.#waiting.length >= 500) await this.flush();
  }

  async flush(): Promise<void> {
    await this.#kv.commit({ set: this.#waiting });
    this.#waiting = [];
  }
}
