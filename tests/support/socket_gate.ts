/** Sits between a page and the server's socket: delays, drops, refuses and changes frames. */
import type { BrowserContext, WebSocketRoute } from "playwright-core";

export interface SocketGate {
  /** How many sockets the page has asked for. */
  connects: number;
  /** New sockets are closed at once. */
  refusing: boolean;
  /** The page's frames wait until `release`. */
  holdSends: boolean;
  /** The server's frames wait until `release`. */
  holdAnswers: boolean;
  /** Every send of a message is answered with this. */
  refuseSends: { code: string; message: string } | null;
  /** Changes the page's frames. */
  rewrite: (text: string) => string;
  /** Passes the waiting frames first, then all others again. */
  release(): void;
  /** Closes the present socket, as a lost network would. */
  drop(): void;
}

/** Call it before the context's first page loads. */
export async function gateSockets(context: BrowserContext): Promise<SocketGate> {
  const waiting: (() => void)[] = [];
  let current: WebSocketRoute | undefined;
  const gate: SocketGate = {
    connects: 0,
    refusing: false,
    holdSends: false,
    holdAnswers: false,
    refuseSends: null,
    rewrite: (text) => text,
    release() {
      gate.holdSends = gate.holdAnswers = false;
      for (const pass of waiting.splice(0)) pass();
    },
    drop() {
      waiting.length = 0;
      // 1012: the server goes, and comes back
      void current?.close({ code: 1012, reason: "" });
      current = undefined;
    },
  };
  await context.routeWebSocket(/\/ws$/, (page) => {
    gate.connects++;
    if (gate.refusing) return void page.close({ code: 1012, reason: "" });
    const server = page.connectToServer();
    current = page;
    page.onMessage((data) => {
      const text = gate.rewrite(String(data));
      const refused = gate.refuseSends === null ? null : answerTo(text, gate.refuseSends);
      if (refused !== null) page.send(refused);
      else if (gate.holdSends) waiting.push(() => server.send(text));
      else server.send(text);
    });
    server.onMessage((data) => {
      if (gate.holdAnswers) waiting.push(() => page.send(data));
      else page.send(data);
    });
  });
  return gate;
}

function answerTo(text: string, error: { code: string; message: string }): string | null {
  const command: unknown = JSON.parse(text);
  if (typeof command !== "object" || command === null || !("type" in command) || !("id" in command)) return null;
  return command.type === "chat_message" ? JSON.stringify({ re: command.id, error }) : null;
}
