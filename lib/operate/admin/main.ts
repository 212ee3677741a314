/** `deno task admin`: through the running server's Unix socket, or on the store itself when no server runs. */
import { messageOf } from "../../base/errors.ts";
import { resolve } from "node:path";
import { MemoryBus } from "../../bus/memory.ts";
import { openChat } from "../../chat/open.ts";
import { type Config, ConfigError, readConfig } from "../../base/config/config.ts";
import { allowFlags, dataDirs, mayUse } from "../../base/config/data_dir.ts";
import { readEnv } from "../../base/config/env.ts";
import { requireReachable } from "../../store/remote.ts";
import { StoreError, StoreLocked } from "../../store/store_error.ts";
import { makeLog } from "../../base/log.ts";
import { HELP, parseCommand } from "./arguments.ts";
import { type AdminAnswer, type AdminRequest, adminSocketPath, readAnswer, writeLine } from "./protocol.ts";
import { runAdmin } from "./run.ts";

/** How long to wait for an answer: a reset hashes a password, and up to 64 others may be ahead of it. */
const ANSWER_MS = 30_000;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  const request = parseCommand(args);
  if (request === undefined) return say(HELP);
  if (typeof request === "string") return complain(`${request}\n\n${HELP}`, 2);
  try {
    const { ok, text } = await perform(request, readConfig(readEnv()));
    return ok ? say(text) : complain(text);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StoreError) return complain(error.message);
    return complain(`It failed: ${messageOf(error)}`);
  }
}

async function perform(request: AdminRequest, config: Config): Promise<AdminAnswer> {
  requireReachable(config.kvPath);
  const path = adminSocketPath(config);
  if (path === undefined) return await directly(request, config);
  requirePermission(config);
  const answer = await ask(path, request);
  if (answer !== undefined) return answer;
  if (!await exists(config.kvPath)) {
    const at = resolve(Deno.cwd(), config.kvPath);
    return {
      ok: false,
      text: `There is no database at ${at}. Start the server once to make it (deno task start), or set DATA_DIR or ` +
        "KV_PATH as the server has it.",
    };
  }
  try {
    return await directly(request, config);
  } catch (error) {
    if (!(error instanceof StoreLocked)) throw error;
    // the server may have been starting: by now it listens, or it never will
    return await ask(path, request) ?? {
      ok: false,
      text: `A server runs on ${config.kvPath} but does not listen at ${path}. If it is starting or stopping, try ` +
        "again; else its log says why it does not listen. With the server stopped this command works too.",
    };
  }
}

/** Sends a request to the server's socket. undefined: no server listens there. */
async function ask(path: string, request: AdminRequest): Promise<AdminAnswer | undefined> {
  let conn;
  try {
    conn = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) return undefined;
    if (error instanceof Deno.errors.PermissionDenied) {
      return { ok: false, text: `You may not use ${path}: run this as the user that runs the server.` };
    }
    throw error;
  }
  const late = setTimeout(() => conn.close(), ANSWER_MS);
  try {
    await writeLine(conn, request);
    return await readAnswer(conn);
  } catch {
    const text = "The server did not answer. It may have done what was asked: look before you try again.";
    return { ok: false, text };
  } finally {
    clearTimeout(late);
  }
}

/**
 * Runs a command on the store itself. Other processes read ended sessions from the control log once a second, so no bus
 * to them is needed.
 */
async function directly(request: AdminRequest, config: Config): Promise<AdminAnswer> {
  const log = makeLog({ level: "warn", format: "text" }, (line) => console.error(line));
  await using chat = await openChat(config, { log, bus: new MemoryBus(), task: true });
  const answer = await runAdmin(chat, request);
  // no server runs that would build the index
  if (request.command === "reindex") await chat.indexer?.caughtUp();
  return answer;
}

function requirePermission(config: Config): void {
  const dirs = dataDirs(config, Deno.cwd());
  if (dirs.every(mayUse)) return;
  throw new ConfigError([{
    name: "DATA_DIR",
    value: dirs.join(" "),
    allowed: "inside ./data, which is all that this task may use. To use what is there:\n\n    " +
      `deno run -q -P=admin ${allowFlags(dirs, [".env"])} lib/operate/admin/main.ts ${Deno.args.join(" ")}\n`,
  }]);
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string, code = 1): number {
  console.error(text);
  return code;
}
