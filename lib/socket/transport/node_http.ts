/** Turns `node:http`'s upgrade event into a Request, and the Response to it into bytes. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";

/** The request without its body; null where it cannot be one (no valid Host, a method that fetch forbids). */
export function nodeRequest(incoming: IncomingMessage): Request | null {
  try {
    const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? ""}`);
    const headers = new Headers();
    const { rawHeaders } = incoming;
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
    return new Request(url, { method: incoming.method ?? "GET", headers });
  } catch {
    return null;
  }
}

/** Answers with a status and no body, and ends the connection. */
export function writeRefusal(socket: Socket, status: number): void {
  socket.on("error", ignore);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.destroySoon();
}

/** Writes the refusal of a socket, which is short, and ends the connection. */
export async function writeResponse(socket: Socket, response: Response): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set("connection", "close");
  headers.set("content-length", String(body.length));
  let head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  socket.write(`${head}\r\n`);
  socket.write(body);
  socket.destroySoon();
}

function ignore(): void {}
