/** `deno task bench connect`: clients that all come at the same moment, as after a restart. Its generator is comeback.c. */
import { buildGenerator, type Child, startServer } from "./load.ts";
import { seed } from "./seed.ts";

const MISSED = 200;
const MESSAGES = 1_000;
/** They are connected when the others come, and send all the while. */
const SENDERS = 10;
const SENDS_PER_SECOND = 20;

export interface Storm {
  clients: number;
  /** Without a room: the clients only connect. */
  joins: boolean;
  /** The cursor from which they resume; without it they get a snapshot. */
  since?: string;
  sends: boolean;
}

export interface StormFigures {
  there: number;
  failed: number;
  closed: number;
  /** Seconds until the last client had its hello, and until the last one was in its room and up to date. */
  greeted_s: number;
  there_s: number;
  took_ms: { p50: number; p99: number };
  sent: number;
  waiting: number;
  ack_ms: { p50: number; p99: number; max: number };
  /** The server's seconds of CPU for each client. */
  cpu: number;
  rss: number;
}

/** Runs one storm against a server that listens. */
export async function storm(generator: string, server: Child, cookies: string[], plan: Storm): Promise<StormFigures> {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, cookies.join("\n"));
  const args = ["-p", String(server.port), "-o", server.origin, "-c", file, "-n", String(plan.clients)];
  const { since } = plan;
  if (plan.joins) {
    args.push("-j", JSON.stringify({ type: "join_room", id: 1, room_id: "general", ...(since && { since }) }));
  }
  if (since !== undefined) args.push("-e", `"seq":${MESSAGES},"id"`);
  if (plan.sends) {
    const message = '{"type":"chat_message","id":%I,"room_id":"general","content":"meanwhile %I"}';
    args.push("-s", String(SENDERS), "-r", String(SENDS_PER_SECOND), "-m", message);
  }
  const before = server.cpu();
  const { stdout, stderr } = await new Deno.Command(generator, { args, stdout: "piped", stderr: "piped" }).output();
  const cpu = (server.cpu() - before) / plan.clients;
  await Deno.remove(file);
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return { ...JSON.parse(text), cpu, rss: server.rss() };
}

/** Each storm has a server of its own, which has just started. */
export async function comeBack(
  transport: "guarded" | "native",
  row: (what: string, transport: string, figure: string) => void,
): Promise<void> {
  const generator = await buildGenerator("comeback");
  for (const clients of [2_000, 10_000]) {
    const dir = await Deno.makeTempDir({ prefix: "parley-bench-" });
    try {
      const { cookies, epoch } = await seed(`${dir}/parley.db`, clients, 1, MESSAGES);
      const since = `${epoch}:${MESSAGES - MISSED}-00000000`;
      const plans: [string, Storm][] = [
        ["connect", { clients, joins: false, sends: false }],
        ["connect and join", { clients, joins: true, sends: false }],
        [`resume ${MISSED} messages behind`, { clients, joins: true, since, sends: false }],
        [`resume, while ${SENDS_PER_SECOND} messages/s are sent`, { clients, joins: true, since, sends: true }],
      ];
      for (const [what, plan] of plans) {
        await using server = await startServer(dir, transport);
        row(`${clients} clients ${what}`, transport, figure(plan, await storm(generator, server, cookies, plan)));
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  }
}

function figure({ clients, sends }: Storm, figures: StormFigures): string {
  const { there, failed, closed, there_s, took_ms, ack_ms, waiting, cpu, rss } = figures;
  const lost = there === clients && closed === 0 ? "" : `, ${failed} failed, ${closed} closed`;
  const acks = sends ? `, acknowledged p50 ${ack_ms.p50}, p99 ${ack_ms.p99} ms (${waiting} not)` : "";
  const each = `each p50 ${(took_ms.p50 / 1_000).toFixed(2)}, p99 ${(took_ms.p99 / 1_000).toFixed(2)} s`;
  const rate = `${Math.round(there / there_s)}/s`;
  return `${there_s.toFixed(1)} s (${rate}), ${each}, server ${(cpu * 1_000).toFixed(2)} ms of CPU each, RSS ${
    Math.round(rss / 1e6)
  } MB${acks}${lost}`;
}
