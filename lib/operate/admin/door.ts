/**
 * The running server's Unix socket for `deno task admin`. The server has the database file to itself, so the commands
 * have to run in it. Who may write to the socket's file (mode 0600) counts as the operator.
 */
import * as v from "valibot";
import type { Chat } from "../../chat/chat.ts";
import { type AdminAnswer, adminRequest, adminSocketPath, readRequest, writeLine } from "./protocol.ts";
import { runAdmin } from "./run.ts";

/** How long the other side may take to send its line. */
const LINE_MS = 5_000;
const MAX_AT_ONCE = 8;

/** Listens where the store is a file; without the socket the server runs all the same, and says so. */
export async function openAdminDoor(chat: Chat): Promise<AsyncDisposable> {
  const path = adminSocketPath(chat.config);
  if (path === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  try {
    // a socket file left by a killed process: we hold the database's lock, so no process listens there
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    const listener = Deno.listen({ transport: "unix", path });
    const door = new AdminDoor(chat, listener);
    await Deno.chmod(path, 0o600);
    return door;
  } catch (error) {
    chat.log.warn(`deno task admin cannot reach this server: no socket at ${path}`, { error: String(error) });
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

class AdminDoor implements AsyncDisposable {
  readonly #chat: Chat;
  readonly #listener: Deno.UnixListener;
  readonly #open = new Map<Deno.UnixConn, Promise<void>>();
  /** Connections whose line has not arrived yet. */
  readonly #asking = new Set<Deno.UnixConn>();
  readonly #running: Promise<void>;
  #closed = false;

  constructor(chat: Chat, listener: Deno.UnixListener) {
    this.#chat = chat;
    this.#listener = listener;
    this.#running = this.#accept();
  }

  /**
   * Closes connections that have sent no command yet, and waits for running commands. The socket's file is removed as
   * well.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listener.close();
    for (const conn of this.#asking) conn.close();
    await this.#running;
    await Promise.all(this.#open.values());
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        const conn = await this.#listener.accept();
        if (this.#open.size >= MAX_AT_ONCE) conn.close();
        else this.#open.set(conn, this.#serve(conn).finally(() => this.#open.delete(conn)));
      } catch (error) {
        if (this.#closed) return;
        this.#chat.log.warn("the socket for deno task admin failed", { error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  async #serve(conn: Deno.UnixConn): Promise<void> {
    const line = await this.#lineOf(conn);
    if (line === undefined) return;
    try {
      await writeLine(conn, await this.#answer(line));
    } catch {
      /* the other side is gone, so there is nobody to answer */
    } finally {
      conn.close();
    }
  }

  /** Reads the line. undefined: the connection was closed, because the other side is gone or was too slow. */
  async #lineOf(conn: Deno.UnixConn): Promise<string | undefined> {
    this.#asking.add(conn);
    const late = setTimeout(() => conn.close(), LINE_MS);
    try {
      return await readRequest(conn);
    } catch {
      try {
        conn.close();
      } catch { /* it was closed under the reading */ }
      return undefined;
    } finally {
      clearTimeout(late);
      this.#asking.delete(conn);
    }
  }

  async #answer(line: string): Promise<AdminAnswer> {
    try {
      const request = v.safeParse(adminRequest, JSON.parse(line));
      if (!request.success) return { ok: false, text: "The server does not know this command: is it another version?" };
      return await runAdmin(this.#chat, request.output);
    } catch (error) {
      this.#chat.log.error("a command of deno task admin failed", { error: String(error) });
      return { ok: false, text: "The command failed. The server's log says why." };
    }
  }
}
