/** OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1) from the routes' own schemas. */
import { type ConversionConfig, type JsonSchema, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import * as v from "valibot";
import { ERROR_STATUS, type ErrorCode } from "../base/errors.ts";
import type { Route } from "./route.ts";
import { MISSING, params } from "./schemas.ts";
import { bytes, named } from "./views.ts";

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

/** Schemas of bodies by media type. */
export type Content = Record<string, { schema: Described }>;

/** A file has no schema: https://spec.openapis.org/oas/v3.1.1#considerations-for-file-uploads */
function fileOf(types: readonly string[]): Content {
  return Object.fromEntries(types.map((type) => [type, { schema: {} }]));
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

const MEANING: Record<number, string> = {
  200: "Done",
  201: "Made",
  204: "Done; no body",
  206: "The range",
  304: "Not modified",
  416: "No such range",
};

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
      schemas: Object.fromEntries(Object.keys(named).map((name) => [name, describe.byName(name)])),
      securitySchemes: {
        cookie: { type: "apiKey", in: "cookie", name: "parley_session" },
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      },
    },
  };
}

type Describe = ReturnType<typeof describer>;

/** Converts all bodies and answers in one go, so that named ones become references wherever they occur. */
function describer(routes: readonly Route[]) {
  const names = new Map<Schema, string>(Object.entries(named).map(([name, schema]) => [schema, name]));
  for (const { body, responses } of routes) {
    for (const schema of [body ?? null, ...Object.values(responses)]) {
      if (schema !== null && schema !== bytes && !names.has(schema)) names.set(schema, `_${names.size}`);
    }
  }
  const converted = toJsonSchemaDefs(
    Object.fromEntries([...names].map(([schema, name]) => [name, schema])),
    CONVERSION,
  );
  return {
    byName: (name: string): Described => converted[name] ?? {},
    /** A reference where it has a name. */
    of(schema: Schema): Described {
      const name = names.get(schema) ?? "";
      return Object.hasOwn(named, name) ? { $ref: `#/components/schemas/${name}` } : converted[name] ?? {};
    },
    /** The schema of a single value, without parts. */
    leaf(schema: Schema): Described {
      const { $schema: _, ...json } = toJsonSchema(schema, CONVERSION);
      return json;
    },
  };
}

const CONVERSION: ConversionConfig = {
  target: "draft-2020-12",
  typeMode: "input",
  errorMode: "ignore", // a check that JSON Schema cannot express is documented by its error
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  overrideAction: ({ valibotAction, jsonSchema }) => {
    const stated = v.safeParse(statedJson, valibotAction);
    if (!stated.success) return undefined;
    const { json } = stated.output.metadata;
    // stated JSON with a type replaces the converted schema; without one it adds to it
    const { json: _, ...found } = { json: undefined, ...jsonSchema };
    return "type" in json ? json : { ...found, ...json };
  },
};

/** `v.metadata({json})`: what a schema says of itself where its conversion would mislead. */
const statedJson = v.object({
  type: v.literal("metadata"),
  metadata: v.object({ json: v.record(v.string(), v.any()) }),
});

function operation(route: Route, describe: Describe): Operation {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.about === undefined ? {} : { description: route.about }),
    security: route.auth === "required" ? [{ cookie: [] }, { bearer: [] }] : [],
    parameters: [...pathParameters(route, describe), ...queryParameters(route, describe)],
    ...(route.takes === undefined ? {} : { requestBody: { required: true, content: fileOf(route.takes) } }),
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
    return [{ name, in: "path", required: true, schema: describe.leaf(schema) }];
  });
}

function queryParameters(route: Route, describe: Describe): Parameter[] {
  return Object.entries(entriesOf(route.query)).map(([name, entry]) => ({
    name,
    in: "query",
    required: entry.type !== "optional",
    // the default inside v.optional is text, as in a query
    schema: describe.leaf("wrapped" in entry ? entry.wrapped as Schema : entry),
  }));
}

function entriesOf(schema: Schema): Record<string, Schema> {
  return "entries" in schema ? schema.entries as Record<string, Schema> : {}; // an object schema of schemas.ts
}

function responsesOf(route: Route, describe: Describe): Operation["responses"] {
  const responses: Operation["responses"] = {};
  for (const [status, schema] of Object.entries(route.responses)) {
    responses[status] = {
      description: MEANING[Number(status)] ?? "",
      ...(schema === null ? {} : {
        content: schema === bytes ? fileOf(route.gives ?? []) : { "application/json": { schema: describe.of(schema) } },
      }),
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

/** A route's error codes: its own, and those that its kind of input can cause. */
export function errorsOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...route.errors ?? [], "invalid", "internal", "storage_unavailable"]);
  const add = (when: boolean, ...more: ErrorCode[]) => when && more.forEach((code) => codes.add(code));
  add(route.auth === "required", "unauthorized");
  add(route.method !== "GET", "bad_origin");
  add(route.body !== undefined, "bad_json", "bad_request", "too_large");
  add(route.takes !== undefined, "bad_request", "too_large");
  add(route.tag !== "Server", "rate_limited");
  for (const [, name] of route.path.matchAll(/:(\w+)/g)) add(true, MISSING[name ?? ""] ?? "invalid");
  return [...codes].sort();
}
