/**
 * What the runtime itself can do, for comparison: no accounts, no membership, no order kept but arrival.
 *
 *     deno run -A tests/bench/bare.ts <port> <native|guarded> <broadcast|commit> <directory>
 *
 * `broadcast` stores nothing. `commit` writes what waits as one atomic of a Deno KV file and sends it after the commit:
 * the least that a chat server with durable acknowledgements can do. In both, what waits goes out as one frame, and a
 * socket gets what is sent to the room of its `join_room`.
 */
import { createServer } from "node:http";
// @ts-types="@types/ws"
import { type WebSocket as WsSocket, WebSocketServer } from "ws";

const [port = "0", transport, mode, directory] = Deno.args;
const kv = mode === "commit" ? await Deno.openKv(`${directory}/bare.db`) : undefined;

interface Sink {
  send(text: string): void;
}

class Room {
  readonly sockets = new Set<Sink>();
  waiting: string[] = [];
  running = false;
  seq = 0;

  add(content: string): void {
    const seq = ++this.seq;
    const event = {
      type: "chat_message",
      room_id: "general",
      seq,
      id: `${seq}-abcdefgh`,
      user_id: "u0123456789a",
      username: "bench",
      display_name: "Bench",
      color: "#3e63dd",
      timestamp: new Date().toISOString(),
      content,
    };
    this.waiting.push(JSON.stringify(event));
    if (!this.running) void this.run();
  }

  async run(): Promise<void> {
    this.running = true;
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      if (kv === undefined) await new Promise((resolve) => setTimeout(resolve, 0));
      else await this.commit(kv, batch);
      const frame = batch.join("\n");
      for (const socket of this.sockets) socket.send(frame);
    }
    this.running = false;
  }

  async commit(store: Deno.Kv, batch: string[]): Promise<void> {
    const atomic = store.atomic();
    const first = this.seq - batch.length;
    for (const [i, line] of batch.entries()) atomic.set(["item", first + i], line);
    await atomic.commit();
  }
}

const rooms = new Map<string, Room>();

function take(socket: Sink, text: string): void {
  const { type, room_id, content } = JSON.parse(text);
  let room = rooms.get(room_id);
  if (room === undefined) rooms.set(room_id, room = new Room());
  if (type === "join_room") room.sockets.add(socket);
  else room.add(content);
}

function leave(socket: Sink): void {
  for (const room of rooms.values()) room.sockets.delete(socket);
}

if (transport === "native") {
  Deno.serve({ port: Number(port), hostname: "127.0.0.1", onListen: ready }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "parley.1", idleTimeout: 0 });
    socket.onclose = () => leave(socket);
    socket.onmessage = ({ data }) => take(socket, data);
    return response;
  });
} else {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws: WsSocket) => {
      ws.on("close", () => leave(ws));
      ws.on("message", (data: Uint8Array) => take(ws, String(data)));
    });
  });
  server.listen(Number(port), "127.0.0.1", ready);
}

function ready(): void {
  console.log("ready");
}
