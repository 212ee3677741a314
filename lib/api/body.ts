/** A request's JSON body, read within its limits. */
import type { Chat } from "../chat/chat.ts";
import { readBytes } from "../http/body.ts";
import { ChatError } from "../base/errors.ts";
import { parseJson } from "./json.ts";

/** The parsed object; undefined where the body is empty. Throws `bad_request`, `bad_json`, `too_large` or `invalid`. */
export async function readBody(request: Request, chat: Pick<Chat, "config" | "clock">): Promise<unknown> {
  const bytes = await readBytes(request, chat);
  if (bytes.length === 0) return undefined;
  requireJson(request.headers.get("content-type"));
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
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
