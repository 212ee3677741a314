/** A request's JSON body, read within its limits. */
import type { Chat } from "../chat/chat.ts";
import { ChatError } from "../errors.ts";
import { parseJson } from "./json.ts";

/** A body that has not arrived by then does not come. */
const READ_MS = 30_000;

/** The parsed object; undefined where the body is empty. Throws `bad_request`, `bad_json`, `too_large` or `invalid`. */
export async function readBody(request: Request, chat: Pick<Chat, "config" | "clock">): Promise<unknown> {
  const bytes = await readBytes(request, chat);
  if (bytes.length === 0) return undefined;
  requireJson(request.headers.get("content-type"));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ChatError("bad_json", "The body is not valid UTF-8.");
  }
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ChatError("bad_request", 'The body must be one JSON object, such as {"content":"Hello"}.');
  }
  return value;
}

function requireJson(contentType: string | null): void {
  const [type, ...parameters] = (contentType ?? "").toLowerCase().split(";").map((part) => part.trim());
  const charset = parameters.find((one) => one.startsWith("charset="))?.slice(8).replaceAll('"', "");
  if (type === "application/json" && (charset === undefined || charset === "utf-8" || charset === "utf8")) return;
  throw new ChatError("bad_request", "Send the body as JSON in UTF-8, with the header Content-Type: application/json.");
}

async function readBytes(request: Request, { config, clock }: Pick<Chat, "config" | "clock">): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? 0) > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const cancelTimer = clock.after(READ_MS, () => {
    late = true;
    reader.cancel().catch(() => {});
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw new ChatError("bad_request", `The body did not arrive within ${READ_MS / 1_000} s.`);
      if (done) return joined(chunks, size);
      size += value.length;
      // counted as it comes: a chunked body says nothing beforehand
      if (size > config.maxBodyBytes) throw tooLarge(config.maxBodyBytes);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof ChatError) throw error;
    throw new ChatError("bad_request", "The body broke off before its end.");
  } finally {
    cancelTimer();
  }
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(limit: number): ChatError {
  return new ChatError("too_large", `The body is larger than ${limit} bytes.`);
}
