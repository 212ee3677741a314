/** The kinds of load of a soak. Each does one thing again and again, with a pause, until it is told to stop. */
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { type Session, TestSocket } from "../support/client.ts";

const MIB = 1024 * 1024;
const ROOM = "general";

/** One round of a load: it ends by itself, and throws where the server did not do what it should. */
interface Kind {
  everyMs: number;
  /** How many do it side by side. */
  hands: number;
  round(n: number): Promise<void>;
}

export interface Tally {
  done: number;
  failed: number;
}

export class Load {
  readonly tallies = new Map<string, Tally>();
  /** The last failure of each kind. */
  readonly failures = new Map<string, string>();
  readonly #origin: string;
  readonly #people: Session[];
  readonly #big: string;
  readonly #client = Deno.createHttpClient({});
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  /** `big` is a file of theirs that is larger than what the kernel takes for a reader that does not read. */
  constructor(origin: string, people: Session[], big: string) {
    this.#origin = origin;
    this.#people = people;
    this.#big = big;
  }

  start(): void {
    const kinds: Record<string, Kind> = {
      "sign-ins": { everyMs: 1_000, hands: 1, round: (n) => this.#signIn(n) },
      uploads: { everyMs: 500, hands: 2, round: (n) => this.#upload(n) },
      "slow sockets": { everyMs: 500, hands: 6, round: () => this.#slowSocket() },
      "slow downloads": { everyMs: 500, hands: 6, round: (n) => this.#slowDownload(n) },
      sockets: { everyMs: 100, hands: 6, round: (n) => this.#visit(n) },
      pages: { everyMs: 300, hands: 2, round: (n) => this.#page(n) },
      searches: { everyMs: 300, hands: 1, round: (n) => this.#search(n) },
      sends: { everyMs: 100, hands: 2, round: (n) => this.#send(n) },
    };
    for (const [name, kind] of Object.entries(kinds)) {
      this.tallies.set(name, { done: 0, failed: 0 });
      for (let hand = 0; hand < kind.hands; hand++) this.#running.push(this.#repeat(name, kind, hand));
    }
  }

  /** Resolves once every round has ended and all connections are closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    this.#client.close();
  }

  async #repeat(name: string, kind: Kind, hand: number): Promise<void> {
    const tally = this.tallies.get(name) ?? { done: 0, failed: 0 };
    for (let n = hand; !this.#stop.signal.aborted; n += kind.hands) {
      try {
        await kind.round(n);
        tally.done++;
      } catch (error) {
        tally.failed++;
        this.failures.set(name, String(error));
      }
      await this.#pause(kind.everyMs);
    }
  }

  /** A while, or until the load is to stop. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        this.#stop.signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = setTimeout(over, ms);
      this.#stop.signal.addEventListener("abort", over);
      if (this.#stop.signal.aborted) over();
    });
  }

  #person(n: number): Session {
    const person = this.#people[n % this.#people.length];
    if (person === undefined) throw new Error("a soak needs people");
    return person;
  }

  async #fetch(status: number, path: string, session?: Session, init: RequestInit = {}): Promise<string> {
    const headers = new Headers(init.headers);
    headers.set("origin", this.#origin);
    if (session !== undefined) headers.set("cookie", session.cookie);
    const answer = await fetch(this.#origin + path, { ...init, headers, redirect: "manual", client: this.#client });
    const text = await answer.text();
    if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
    return text;
  }

  #json(status: number, path: string, body: object, session?: Session): Promise<string> {
    const headers = { "content-type": "application/json" };
    return this.#fetch(status, path, session, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Right and wrong in turn; a right one signs out, so that nobody has sessions without end. */
  async #signIn(n: number): Promise<void> {
    const { username } = this.#person(n).user;
    const isRight = n % 2 === 0;
    const password = isRight ? "correct horse battery" : "wrong horse battery";
    const said = await this.#json(isRight ? 200 : 401, "/api/users/login", { username, password, tokens: true });
    if (!isRight) return;
    const headers = { authorization: `Bearer ${JSON.parse(said).access_token}` };
    await this.#fetch(204, "/api/auth/logout", undefined, { method: "POST", headers });
  }

  /** Every fourth is broken off in the middle. */
  async #upload(n: number): Promise<void> {
    const person = this.#person(n);
    const body = Buffer.alloc(MIB / 4, `line ${n}\n`);
    if (n % 4 === 3) return await this.#brokenUpload(person, body);
    const made = await this.#fetch(201, `/api/files?name=soak${n}.txt`, person, { method: "POST", body });
    const { id } = JSON.parse(made);
    if ((await this.#fetch(200, `/api/files/${id}`, person)).length !== body.length) {
      throw new Error("not what was sent");
    }
    await this.#fetch(204, `/api/files/${id}`, person, { method: "DELETE" });
  }

  async #brokenUpload(person: Session, body: Uint8Array): Promise<void> {
    const type = "Content-Type: text/plain\r\n";
    const socket = this.#connect(
      `POST /api/files?name=broken.txt`,
      person,
      `${type}Content-Length: ${body.length}\r\n`,
    );
    socket.write(body.subarray(0, body.length / 2));
    await this.#pause(1_000);
    socket.destroy();
  }

  async #slowSocket(): Promise<void> {
    const socket = await TestSocket.open(this.#origin, this.#person(Math.floor(Math.random() * 1_000)));
    await socket.command({ type: "join_room", room_id: ROOM });
    socket.stall();
    await this.#pause(5_000 + Math.random() * 20_000);
    socket.cut();
    await socket.closed;
  }

  async #slowDownload(n: number): Promise<void> {
    const socket = this.#connect(`GET /api/files/${this.#big}`, this.#person(0), "");
    const first = await new Promise<string>((resolve) => {
      socket.once("data", (data) => resolve(String(data).slice(0, 15)));
      socket.once("close", () => resolve("closed"));
    });
    if (first !== "HTTP/1.1 200 OK") throw new Error(`a download began with ${first}`);
    socket.pause();
    await this.#pause(2_000 + Math.random() * 15_000);
    if (n % 2 === 0) {
      socket.resume();
      await this.#pause(2_000);
    }
    socket.destroy();
  }

  async #visit(n: number): Promise<void> {
    const socket = await TestSocket.open(this.#origin, this.#person(n));
    const joined = await socket.command({ type: "join_room", room_id: ROOM });
    socket.send(JSON.stringify({ type: "typing", room_id: ROOM }));
    await this.#pause(Math.random() * 2_000);
    if (n % 2 === 0) socket.close();
    else socket.cut();
    await socket.closed;
    if (joined.ok !== true) throw new Error(`joining: ${JSON.stringify(joined)}`);
  }

  async #page(n: number): Promise<void> {
    const person = this.#person(n);
    await this.#fetch(200, `/rooms/${ROOM}`, person);
    if (n % 4 === 0) await this.#fetch(200, "/settings", person);
    if (n % 4 === 1) await this.#fetch(200, "/login");
    if (n % 4 === 2) await this.#fetch(200, `/api/rooms/${ROOM}/messages?limit=50`, person);
    if (n % 4 === 3) await this.#fetch(404, "/api/nothing", person);
  }

  async #search(n: number): Promise<void> {
    await this.#fetch(200, `/api/search?q=${encodeURIComponent(`soak word${n % 100}`)}`, this.#person(n));
  }

  async #send(n: number): Promise<void> {
    const content = `soak ${n} word${n % 100} **and** \`more\` of it`;
    await this.#json(201, `/api/rooms/${ROOM}/messages`, { content, client_id: `soak-${n}` }, this.#person(n));
  }

  /** HTTP by hand: a request whose answer is read when it suits. */
  #connect(start: string, session: Session, headers: string) {
    const { host, hostname, port } = new URL(this.#origin);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    const about = `Host: ${host}\r\nOrigin: ${this.#origin}\r\nCookie: ${session.cookie}\r\n${headers}`;
    socket.write(`${start} HTTP/1.1\r\n${about}\r\n`);
    return socket;
  }
}
