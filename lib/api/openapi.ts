/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1) from the routes' own schemas. */
import { type JsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import * as v from "valibot";
import { ERROR_STATUS, type ErrorCode } from "../errors.ts";
import type { Route } from "./route.ts";
import { params } from "./schemas.ts";
import { named } from "./views.ts";

type Schema = v.GenericSchema;
export type Described = JsonSchema | { $ref: string };

export interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  schema: Described;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Content {
  "application/json": { schema: Described };
}

export interface OpenApi {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Described>; securitySchemes: Record<string, Record<string, string>> };
}

const ABOUT =
  `Everything is JSON in UTF-8, names are snake_case, times are ISO 8601 in UTC. Clients ignore fields that \
they do not know; requests with unknown fields are refused. An error is {"error": {"code", "message", "field"?, \
"retry_after"?}} with one of the codes listed at the schema Error. A browser signs in with a cookie, and a request by \
cookie that changes something must come from this site; a program signs in with "tokens": true and sends \
Authorization: Bearer. Live events come over a WebSocket at /ws.`;

const MEANING: Record<number, string> = { 200: "Done", 201: "Made", 204: "Done; no body" };

export function makeOpenApi(routes: readonly Route[], publicUrl: string | undefined): OpenApi {
  const describe = describer(routes);
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route, describe);
  }
  return {
    openapi: "3.1.1",
    info: { title: "Parley", version: "1", description: ABOUT },
    servers: [{ url: publicUrl ?? "/" }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, describe.whole(name, schema)])),
      securitySchemes: {
        cookie: { type: "apiKey", in: "cookie", name: "parley_session" },
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      },
    },
  };
}

type Describe = ReturnType<typeof describer>;

/** Converts all schemas in one go, so that named ones become references wherever they occur. */
function describer(routes: readonly Route[]) {
  const definitions: Record<string, Schema> = { ...named };
  const names = new Map<Schema, string>(Object.entries(named).map(([name, schema]) => [schema, name]));
  const add = (schema: Schema) => {
    if (names.has(schema)) return;
    const name = `_${names.size}`;
    names.set(schema, name);
    definitions[name] = schema;
  };
  Object.values(params).forEach(add);
  for (const route of routes) {
    if (route.body !== undefined) add(route.body);
    for (const entry of Object.values(entriesOf(route.query))) add(unwrapped(entry));
    for (const response of Object.values(route.responses)) if (response !== null) add(response);
  }
  const converted = toJsonSchemaDefs(definitions, {
    target: "draft-2020-12",
    typeMode: "input",
    errorMode: "ignore", // checks that JSON Schema cannot say are said by the error that they give
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideSchema: ({ valibotSchema }) => ownJson(valibotSchema),
  });
  const whole = (name: string, _schema: Schema): Described => converted[name] ?? {};
  return {
    whole,
    /** A reference where it has a name. */
    of(schema: Schema): Described {
      const name = names.get(schema) ?? "";
      return Object.hasOwn(named, name) ? { $ref: `#/components/schemas/${name}` } : whole(name, schema);
    },
  };
}

/** What a schema says of itself with `v.metadata({json})`, where its own conversion would mislead. */
function ownJson(schema: unknown): JsonSchema | undefined {
  const pipe = v.safeParse(v.object({ pipe: v.array(v.unknown()) }), schema);
  if (!pipe.success) return undefined;
  for (const action of pipe.output.pipe) {
    const parsed = v.safeParse(
      v.object({ type: v.literal("metadata"), metadata: v.object({ json: v.any() }) }),
      action,
    );
    if (parsed.success) return parsed.output.metadata.json;
  }
  return undefined;
}

function operation(route: Route, describe: Describe): Operation {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.about === undefined ? {} : { description: route.about }),
    security: route.auth === "required" ? [{ cookie: [] }, { bearer: [] }] : [],
    parameters: [...pathParameters(route, describe), ...queryParameters(route, describe)],
    ...(route.body === undefined ? {} : {
      requestBody: {
        required: route.bodyOptional !== true,
        content: { "application/json": { schema: describe.of(route.body) } },
      },
    }),
    responses: responsesOf(route, describe),
  };
}

function pathParameters(route: Route, describe: Describe): Parameter[] {
  const schemas: Record<string, Schema> = params;
  return [...route.path.matchAll(/:(\w+)/g)].flatMap(([, name]): Parameter[] => {
    const schema = schemas[name ?? ""];
    if (name === undefined || schema === undefined) return [];
    return [{ name, in: "path", required: true, schema: describe.of(schema) }];
  });
}

function queryParameters(route: Route, describe: Describe): Parameter[] {
  return Object.entries(entriesOf(route.query)).map(([name, entry]) => ({
    name,
    in: "query",
    required: entry.type !== "optional",
    schema: describe.of(unwrapped(entry)),
  }));
}

function entriesOf(schema: Schema): Record<string, Schema> {
  return "entries" in schema ? schema.entries as Record<string, Schema> : {}; // an object schema of schemas.ts
}

function unwrapped(schema: Schema): Schema {
  return "wrapped" in schema ? schema.wrapped as Schema : schema; // v.optional
}

function responsesOf(route: Route, describe: Describe): Operation["responses"] {
  const responses: Operation["responses"] = {};
  for (const [status, schema] of Object.entries(route.responses)) {
    responses[status] = {
      description: MEANING[Number(status)] ?? "",
      ...(schema === null ? {} : { content: { "application/json": { schema: describe.of(schema) } } }),
    };
  }
  const byStatus = Map.groupBy(errorsOf(route), (code) => ERROR_STATUS[code]);
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[String(status)] = {
      description: codes.join(", "),
      content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
    };
  }
  return responses;
}

/** Those that its kind of input can give, and its own. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(route.errors ?? []);
  if (route.auth === "required") codes.add("unauthorized");
  if (route.method !== "GET") codes.add("bad_origin");
  if (route.body !== undefined) {
    for (const code of ["bad_json", "bad_request", "too_large"] as const) {
      codes.add(code);
    }
  }
  if (route.body !== undefined || Object.keys(entriesOf(route.query)).length > 0) codes.add("invalid");
  if (route.path.includes(":emoji")) codes.add("invalid");
  if (route.path.includes(":room_id")) codes.add("no_such_room");
  if (route.tag !== "Server") { for (const code of ["rate_limited", "storage_unavailable"] as const) codes.add(code); }
  return [...codes].sort();
}
