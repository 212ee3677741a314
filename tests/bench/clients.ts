/** Loads that need a client that understands the protocol: round trips, pages. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";

export interface Quantiles {
  p50: string;
  p99: string;
}

/** `inFlight` sends at any time, over sockets of 32 each; times are from send to reply, in ms. */
export async function acknowledged(origin: string, cookies: string[], inFlight: number, total: number) {
  const perSocket = Math.min(inFlight, 32);
  const sockets = Array.from({ length: inFlight / perSocket }, (_, i) => connect(origin, cookies[i] ?? ""));
  await Promise.all(sockets.map(opened));
  const times: number[] = [];
  const start = performance.now();
  let sent = 0;
  await Promise.all(sockets.map((socket) =>
    new Promise<void>((resolve) => {
      const begun = new Map<number, number>();
      const next = () => {
        const id = sent++;
        begun.set(id, performance.now());
        socket.send(JSON.stringify({ type: "chat_message", id, room_id: "general", content: `message ${id}` }));
      };
      socket.on("message", (data: Uint8Array) => {
        const { re, error } = JSON.parse(String(data));
        if (error !== undefined) throw new Error(JSON.stringify(error));
        const at = begun.get(re);
        if (at === undefined) return;
        begun.delete(re);
        times.push(performance.now() - at);
        if (sent < total) next();
        else if (begun.size === 0) resolve();
      });
      for (let i = 0; i < perSocket; i++) next();
    })
  ));
  const seconds = (performance.now() - start) / 1000;
  for (const socket of sockets) socket.close();
  return { ...quantiles(times), perSecond: Math.round(times.length / seconds) };
}

/** A page of 50 at places all over the room, over HTTP. */
export async function history(origin: string, cookie: string, size: number): Promise<Quantiles> {
  const headers = { cookie: cookie.replace("Cookie: ", "") };
  const times: number[] = [];
  for (let i = 0; i < 600; i++) {
    const before = 51 + Math.floor(((i * 7_919) % 1_000) / 1_000 * (size - 50));
    const start = performance.now();
    const response = await fetch(`${origin}/api/rooms/general/messages?limit=50&before=${before}`, { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    if (i >= 100) times.push(performance.now() - start);
  }
  return quantiles(times);
}

export function connect(origin: string, cookie: string): WebSocket {
  const headers = { cookie: cookie.replace("Cookie: ", ""), origin };
  return new WebSocket(`${origin.replace("http", "ws")}/ws`, ["parley.1"], { headers });
}

export function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
}

export function quantiles(times: number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor((sorted.length - 1) * q)] ?? 0).toFixed(2);
  return { p50: at(0.5), p99: at(0.99) };
}
