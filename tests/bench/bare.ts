/**
 * The runtime's own limit, for comparison: a broadcast loop without storage, accounts or rooms. What waits while one
 * round is sent goes out as one frame, as in the server (D10).
 *
 *     deno run -A tests/bench/bare.ts <port> <native|guarded>
 */
import { createServer } from "node:http";
// @ts-types="@types/ws"
import { type WebSocket as WsSocket, WebSocketServer } from "ws";

const port = Number(Deno.args[0]);
const sockets = new Set<{ send(text: string): void }>();
let waiting: string[] = [];
let seq = 0;

function receive(text: string): void {
  const { content } = JSON.parse(text);
  const event = {
    type: "chat_message",
    room_id: "general",
    seq: ++seq,
    id: `${seq}-abcdefgh`,
    user_id: "u0123456789a",
    username: "bench",
    display_name: "Bench",
    color: "#3e63dd",
    timestamp: new Date().toISOString(),
    content,
  };
  waiting.push(JSON.stringify(event));
  if (waiting.length === 1) setTimeout(flush, 0);
}

function flush(): void {
  const frame = waiting.join("\n");
  waiting = [];
  for (const socket of sockets) socket.send(frame);
}

if (Deno.args[1] === "native") {
  Deno.serve({ port, hostname: "127.0.0.1", onListen: ready }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "parley.1", idleTimeout: 0 });
    socket.onopen = () => sockets.add(socket);
    socket.onclose = () => sockets.delete(socket);
    socket.onmessage = ({ data }) => receive(data);
    return response;
  });
} else {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws: WsSocket) => {
      sockets.add(ws);
      ws.on("close", () => sockets.delete(ws));
      ws.on("message", (data: Uint8Array) => receive(new TextDecoder().decode(data)));
    });
  });
  server.listen(port, "127.0.0.1", ready);
}

function ready(): void {
  console.log("ready");
}
