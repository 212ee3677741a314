/**
 * A real KV Connect server (https://github.com/denoland/denokv/blob/main/proto/kv-connect.md) around the published
 * engine in npm's @deno/kv, whose calls take and return the protocol's own bytes; with faults on demand.
 */
import { openKv } from "@deno/kv";
import { freePort } from "./port.ts";

export type Path = "metadata" | "snapshot_read" | "atomic_write" | "watch";

/**
 * What becomes of a request: answered; done but answered with 502; done but the connection is cut instead of an answer;
 * not done and answered with 503; never answered.
 */
export type Fate = "answer" | "lose" | "cut" | "refuse" | "stall";

/** The engine's calls. */
interface Engine {
  snapshotRead(db: number, bytes: Uint8Array, debug: boolean): Promise<Uint8Array<ArrayBuffer>>;
  atomicWrite(db: number, bytes: Uint8Array, debug: boolean): Promise<Uint8Array<ArrayBuffer>>;
  startWatch(db: number, bytes: Uint8Array, debug: boolean): Promise<number>;
  dequeueNextWatchMessage(db: number, watch: number, debug: boolean): Promise<Uint8Array | undefined>;
  endWatch(db: number, watch: number, debug: boolean): void;
}

const PROTOBUF = { "content-type": "application/x-protobuf" };
const TOKEN = "a token for tests";
const DATABASE = "00000000-0000-4000-8000-000000000001";

/** Opens one; this process's KV client uses its token from then on. */
export async function openKvConnect(): Promise<KvConnectServer> {
  const server = await KvConnectServer.open();
  Deno.env.set("DENO_KV_ACCESS_TOKEN", server.token);
  return server;
}

export class KvConnectServer implements AsyncDisposable {
  /** The same for all tests, because tests of one process share its environment. */
  token = TOKEN;
  /** Decides on each request. */
  fate: (path: Path) => Fate = () => "answer";
  /** How long a write waits before it is done, in ms; it is not done at all once its client is gone. */
  writeDelay: () => number = () => 0;
  /** How many requests came, by path. */
  readonly requests: Record<Path, number> = { metadata: 0, snapshot_read: 0, atomic_write: 0, watch: 0 };
  readonly #engine: Engine;
  readonly #db: number;
  readonly #end: () => void;
  readonly #watches = new Map<number, ReadableStreamDefaultController<Uint8Array>>();
  #stalled = Promise.withResolvers<void>();
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;
  readonly #port = freePort();

  private constructor(engine: Engine, db: number, end: () => void) {
    this.#engine = engine;
    this.#db = db;
    this.#end = end;
  }

  /** Listens on loopback. Its data are in memory. */
  static async open(): Promise<KvConnectServer> {
    // the engine is a private field of the handle
    // deno-lint-ignore no-explicit-any
    const handle: any = await openKv(":memory:", { implementation: "sqlite", inMemory: true } as any);
    const server = new KvConnectServer(handle.napi, handle.dbId, () => handle.close());
    server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get watchCount(): number {
    return this.#watches.size;
  }

  /** On the same port as before. */
  start(): void {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: this.#port, onListen() {} }, (r) => this.#handle(r));
  }

  /** Stops: connections are refused, and the open ones are cut. */
  async stop(): Promise<void> {
    this.killWatches();
    this.release();
    const server = this.#server;
    this.#server = undefined;
    await server?.shutdown();
  }

  /** Ends every watch stream without an error. */
  killWatches(): void {
    for (const [watch, controller] of this.#watches) {
      this.#endWatch(watch);
      try {
        controller.close();
      } catch { /* its reader was faster */ }
    }
  }

  /** Ends the stalled requests with a refusal. */
  release(): void {
    this.#stalled.resolve();
    this.#stalled = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#end();
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = pathOf(pathname);
    if (path === undefined) return new Response("no such path", { status: 404 });
    this.requests[path]++;
    const body = new Uint8Array(await request.arrayBuffer());
    if (request.headers.get("authorization") !== `Bearer ${this.token}`) return new Response(null, { status: 401 });
    const fate = this.fate(path);
    if (fate === "refuse") return new Response("not now", { status: 503 });
    if (fate === "stall") {
      await this.#stalled.promise;
      return new Response("not now", { status: 503 });
    }
    const delay = path === "atomic_write" ? this.writeDelay() : 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    if (delay > 0 && request.signal.aborted) return new Response("nobody waits", { status: 503 });
    const response = await this.#answer(path, request, body);
    if (fate === "answer") return response;
    await response.body?.cancel();
    return fate === "lose" ? new Response("bad gateway", { status: 502 }) : cut();
  }

  async #answer(path: Path, request: Request, body: Uint8Array): Promise<Response> {
    switch (path) {
      case "metadata":
        return Response.json({
          version: 3,
          databaseId: DATABASE,
          endpoints: [{ url: new URL("/v2", request.url).href, consistency: "strong" }],
          token: this.token,
          expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        });
      case "snapshot_read":
        return new Response(await this.#engine.snapshotRead(this.#db, body, false), { headers: PROTOBUF });
      case "atomic_write":
        return new Response(await this.#engine.atomicWrite(this.#db, body, false), { headers: PROTOBUF });
      case "watch":
        return await this.#watch(body);
    }
  }

  /** Messages, each after its length in four bytes, little-endian. */
  async #watch(body: Uint8Array): Promise<Response> {
    const watch = await this.#engine.startWatch(this.#db, body, false);
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => void this.#watches.set(watch, controller),
      pull: async (controller) => {
        const message = await this.#engine.dequeueNextWatchMessage(this.#db, watch, false);
        if (message === undefined || !this.#watches.has(watch)) return;
        const frame = new Uint8Array(4 + message.length);
        new DataView(frame.buffer).setInt32(0, message.length, true);
        frame.set(message, 4);
        controller.enqueue(frame);
      },
      cancel: () => this.#endWatch(watch),
    });
    return new Response(stream, { headers: { "content-type": "application/octet-stream" } });
  }

  #endWatch(watch: number): void {
    if (this.#watches.delete(watch)) this.#engine.endWatch(this.#db, watch, false);
  }
}

function pathOf(pathname: string): Path | undefined {
  if (pathname === "/") return "metadata";
  const last = pathname.replace("/v2/", "");
  return last === "snapshot_read" || last === "atomic_write" || last === "watch" ? last : undefined;
}

/** An answer whose connection breaks before its first byte. */
function cut(): Response {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) });
  return new Response(body, { headers: PROTOBUF });
}
