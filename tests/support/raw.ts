/** HTTP by hand, for requests that no HTTP client would send. */
import { connect } from "node:net";
import { PATIENCE_MS } from "./until.ts";

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  status: number;
  headers: Headers;
  body: string;
}

/** The text of a request. It ends the connection unless `headers` say otherwise. */
export function request(method: string, path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ Connection: "close", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Sends a text over a new connection; resolves with the answer, or the received part of it. */
export async function ask(port: number, text: string, ms = PATIENCE_MS): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  let got = "";
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    socket.on("close", done);
    socket.on("error", done);
    socket.on("data", (data) => {
      got += String(data);
      if (isWhole(got)) done();
    });
    socket.write(text);
  });
  socket.destroy();
  return parsed(got);
}

function isWhole(text: string): boolean {
  const { status, headers, body } = parsed(text);
  if (status === 0) return false;
  const length = headers.get("content-length");
  if (length !== null) return new TextEncoder().encode(body).length >= Number(length);
  return headers.has("transfer-encoding") ? body.endsWith("0\r\n\r\n") : true;
}

export function parsed(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...rest] = text.slice(0, end === -1 ? 0 : end).split("\r\n");
  const headers = new Headers();
  for (const one of rest) {
    const colon = one.indexOf(":");
    headers.append(one.slice(0, colon), one.slice(colon + 1).trim());
  }
  return { status: Number(line.split(" ")[1] ?? 0), headers, body: end === -1 ? "" : text.slice(end + 4) };
}
