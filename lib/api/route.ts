/** One endpoint: what routes it, decodes its input, runs it and documents it, so that these cannot disagree. */
import type * as v from "valibot";
import type { Chat } from "../chat/chat.ts";
import { decode } from "../chat/people/fields.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import { ChatError, type ErrorCode } from "../base/errors.ts";
import type { Actor } from "../protocol/model.ts";
import { NOTHING } from "./schemas.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Tag = "Accounts" | "Files" | "Users" | "Rooms" | "Members" | "Messages" | "Moderation" | "Server";
type Schema = v.GenericSchema;
/** The schemas of the answers' bodies by status; null: no body. */
export type Responses = Record<number, Schema | null>;

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}` ? Name
  : never;

export interface Answer {
  status: number;
  body: unknown;
  headers?: [name: string, value: string][];
}

/** An answer whose body has the type that is documented for its status. */
type AnswerOf<R extends Responses> = {
  [S in keyof R]: {
    status: S & number;
    body: R[S] extends Schema ? v.InferInput<R[S]> : null;
    headers?: [name: string, value: string][];
  };
}[keyof R];

/** Keeps the status's literal type, by which the body's is checked. */
export function answer<const S extends number, B>(status: S, body: B, headers: Answer["headers"] = []) {
  return { status, body, headers };
}

/** What every handler gets. `A` is its actor. */
export interface Call<A, Path extends string, Q extends Schema, B extends Schema> {
  chat: Chat;
  actor: A;
  client: ClientInfo;
  request: Request;
  params: Record<ParamNames<Path>, string>;
  query: v.InferOutput<Q>;
  body: v.InferOutput<B>;
}

interface Described {
  method: Method;
  /** The name of the operation in OpenAPI. */
  id: string;
  tag: Tag;
  summary: string;
  /** More than fits the summary. */
  about?: string;
  /** The rate limit that a request counts against, instead of "commands". */
  rate?: "uploads" | "downloads";
  /** The media types of a body that is a file; the route reads it itself. */
  takes?: readonly string[];
  /** The media types of an answer that is a file (`views.bytes`). */
  gives?: readonly string[];
  /** Requests count against the rate limit "sends" too. */
  sends?: true;
  /** An absent body counts as {}. */
  bodyOptional?: true;
  /** Error codes of this endpoint, beside those that every endpoint has. */
  errors?: readonly ErrorCode[];
}

interface Spec<A, Path extends string, Q extends Schema, B extends Schema, R extends Responses> extends Described {
  path: Path;
  query?: Q;
  body?: B;
  responses: R;
  run(call: Call<A, Path, Q, B>): Promise<AnswerOf<R>>;
}

/** A route whose types have been used: what the app and the documentation see. */
export interface Route extends Described {
  path: string;
  auth: "required" | "none" | "optional";
  query: Schema;
  /** undefined: it takes no body. */
  body: Schema | undefined;
  responses: Responses;
  handle(input: RawCall): Promise<Answer>;
}

export interface RawCall {
  chat: Chat;
  actor: Actor | null;
  client: ClientInfo;
  request: Request;
  params: Record<string, string>;
  query: unknown;
  body: unknown;
}

/** A route for signed-in users. */
export function route<
  const Path extends string,
  R extends Responses,
  Q extends Schema = typeof NOTHING,
  B extends Schema = typeof NOTHING,
>(spec: Spec<Actor, Path, Q, B, R>): Route {
  return erased(spec, "required", (actor) => {
    if (actor === null) throw unauthorized();
    return actor;
  });
}

/** A route for everybody; with `auth: "optional"` a signed-in user is recognised. */
export function publicRoute<
  const Path extends string,
  R extends Responses,
  Q extends Schema = typeof NOTHING,
  B extends Schema = typeof NOTHING,
>(spec: Spec<Actor | null, Path, Q, B, R> & { auth?: "optional" }): Route {
  return erased(spec, spec.auth ?? "none", (actor) => actor);
}

function erased<A, Path extends string, Q extends Schema, B extends Schema, R extends Responses>(
  spec: Spec<A, Path, Q, B, R>,
  auth: Route["auth"],
  actorOf: (actor: Actor | null) => A,
): Route {
  // Q and B are NOTHING's type exactly where they were left out
  const query = spec.query ?? NOTHING as Schema as Q;
  const body = spec.body ?? NOTHING as Schema as B;
  return {
    ...spec,
    auth,
    query,
    body: spec.body,
    async handle({ params, actor, ...call }) {
      return await spec.run({
        ...call,
        actor: actorOf(actor),
        params: params as Record<ParamNames<Path>, string>, // the router matched them by the path's own names
        query: decode(query, call.query),
        body: decode(body, call.body ?? {}),
      });
    },
  };
}

export function unauthorized(): ChatError {
  return new ChatError(
    "unauthorized",
    'Sign in first: POST /api/users/login {"username", "password"} sets a cookie; with "tokens": true it answers with ' +
      "an access token to send as Authorization: Bearer <token>.",
  );
}
