/** Reads the pages' forms, with the limits of every body and the same rules as the API. */
import { timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import type { State } from "./app_state.ts";
import { type BodyLimits, readBytes } from "../http/body.ts";
import { decode } from "../chat/people/fields.ts";
import { stillSignedIn } from "../chat/sign_in/sessions.ts";
import { ChatError } from "../base/errors.ts";
import { hashSecret } from "../base/ids.ts";
import { content } from "../protocol/commands.ts";
import { NO_NUL } from "../protocol/text/nul.ts";

/** Throws `bad_request` or `too_large`. */
export async function readForm(request: Request, limits: BodyLimits): Promise<FormData> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new ChatError("bad_request", "Send the form as application/x-www-form-urlencoded.");
  }
  const form = new FormData();
  const fields = new URLSearchParams(new TextDecoder().decode(await readBytes(request, limits)));
  for (const [name, value] of fields) {
    if ((name + value).includes("\0")) throw new ChatError("bad_request", `A field of the form ${NO_NUL}.`);
    form.append(name, value);
  }
  return form;
}

/**
 * The token in each form of a signed-in page (against CSRF): only somebody who can read the page knows it. Derived from
 * the session's secret alone.
 */
export async function formToken(cookie: string): Promise<string> {
  return await hashSecret(`form ${cookie}`);
}

/** Whether a form has its session's token. The request's body can still be read afterwards. */
export async function hasFormToken(request: Request, limits: BodyLimits, cookie: string): Promise<boolean> {
  const given = new TextEncoder().encode(String((await readForm(request.clone(), limits)).get("form_token") ?? ""));
  const expected = new TextEncoder().encode(await formToken(cookie));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Reads the form of a signed-in person, who must still be signed in when all of it has arrived (D6b). Throws
 * `unauthorized` too.
 */
export async function readOwnForm({ req, state }: { req: Request; state: State }): Promise<FormData> {
  const since = state.chat.clock.elapsed();
  const form = await readForm(req, state.chat);
  if (state.actor !== null) state.actor = await stillSignedIn(state.chat, state.actor, since);
  return form;
}

const message = v.object({ content });

/** A text field as a message's content. Browsers send CR LF at the end of lines; this makes it LF. Throws `invalid`. */
export function contentOf(text: string): string {
  return decode(message, { content: text.replaceAll("\r\n", "\n") }).content;
}
