/** What a server process holds: read from outside, but for the gauges that only it can know. */
import type { ServerProcess } from "../support/server_process.ts";

export interface Holding {
  /** MiB. */
  rss: number;
  handles: number;
  /** Those of the handles that are sockets. */
  sockets: number;
  timers: number;
}

export function rssOf(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024);
}

export async function holding(server: ServerProcess, token: string): Promise<Holding> {
  const timers = await gauge(server, token, "parley_timers");
  const targets = [...Deno.readDirSync(`/proc/${server.pid}/fd`)].map(({ name }) => targetOf(server.pid, name));
  return {
    rss: rssOf(server.pid),
    handles: targets.length,
    sockets: targets.filter((target) => target.startsWith("socket:")).length,
    timers,
  };
}

/** A handle may be closed between the listing and the look at it. */
function targetOf(pid: number, name: string): string {
  try {
    return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
  } catch {
    return "";
  }
}

async function gauge(server: ServerProcess, token: string, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, connection: "close" };
  const text = await (await fetch(`${server.origin}/metrics`, { headers })).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? NaN);
}
