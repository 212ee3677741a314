/**
 * What the runtime itself can do, for comparison: no accounts, no membership, no order kept but arrival.
 *
 *     deno run -A tests/bench/bare.ts <port> <native|guarded> <broadcast|commit> <directory>
 *
 * `broadcast` stores nothing. `commit` writes what waits in all rooms as one atomic of a Deno KV file and sends it after
 * the commit: the least that a chat server with durable acknowledgements can do. In both, what waits in a room goes out
 * as one frame, and a socket gets what is sent to the room of its `join_room`.
 */
import { createServer } from "node:http";
// @ts-types="@types/ws"
import { type WebSocket as WsSocket, WebSocketServer } from "ws";

const [port = "0", transport, mode, directory] = Deno.args;
const kv = mode === "commit" ? await Deno.openKv(`${directory}/bare.db`) : undefined;

interface Sink {
  send(text: string): void;
}

/** Of one atomic, below the store's limit. */
const MAX_MESSAGES = 900;

class Room {
  readonly id: string;
  readonly sockets = new Set<Sink>();
  waiting: string[] = [];
  seq = 0;

  constructor(id: string) {
    this.id = id;
  }

  add(content: string): void {
    const seq = ++this.seq;
    const event = {
      type: "chat_message",
      room_id: this.id,
      seq,
      id: `${seq}-abcdefgh`,
      user_id: "u0123456789a",
      username: "bench",
      display_name: "Bench",
      color: "#3e63dd",
      timestamp: new Date().toISOString(),
      content,
    };
    if (this.waiting.push(JSON.stringify(event)) === 1) busy.push(this);
    if (!running) void run();
  }
}

interface Batch {
  room: Room;
  /** The seq of the first line. */
  first: number;
  lines: string[];
}

/** Rooms in which messages wait. */
const busy: Room[] = [];
let running = false;

/** Rooms share each commit, as the server's do (lib/store/file.ts). */
async function run(): Promise<void> {
  running = true;
  await Promise.resolve();
  while (busy.length > 0) {
    const batches = take();
    if (kv === undefined) await new Promise((resolve) => setTimeout(resolve, 0));
    else await commit(kv, batches);
    for (const { room, lines } of batches) {
      const frame = lines.join("\n");
      for (const socket of room.sockets) socket.send(frame);
    }
  }
  running = false;
}

function take(): Batch[] {
  const batches: Batch[] = [];
  for (let left = MAX_MESSAGES; left > 0;) {
    const room = busy[0];
    if (room === undefined) break;
    const first = room.seq - room.waiting.length + 1;
    const lines = room.waiting.splice(0, left);
    if (room.waiting.length === 0) busy.shift();
    batches.push({ room, first, lines });
    left -= lines.length;
  }
  return batches;
}

async function commit(store: Deno.Kv, batches: Batch[]): Promise<void> {
  const atomic = store.atomic();
  for (const { room, first, lines } of batches) {
    for (const [i, line] of lines.entries()) atomic.set(["item", room.id, first + i], line);
  }
  await atomic.commit();
}

const rooms = new Map<string, Room>();

function receive(socket: Sink, text: string): void {
  const { type, room_id, content } = JSON.parse(text);
  let room = rooms.get(room_id);
  if (room === undefined) rooms.set(room_id, room = new Room(room_id));
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
    socket.onmessage = ({ data }) => receive(socket, data);
    return response;
  });
} else {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws: WsSocket) => {
      ws.on("close", () => leave(ws));
      ws.on("message", (data: Uint8Array) => receive(ws, String(data)));
    });
  });
  server.listen(Number(port), "127.0.0.1", ready);
}

function ready(): void {
  console.log("ready");
}
