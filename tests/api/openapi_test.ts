import * as v from "valibot";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { API_ROUTES } from "../../lib/api/routes/all.ts";
import { openTestApi } from "./support.ts";

const schema = v.record(v.string(), v.unknown());
const content = v.union([
  v.strictObject({ "application/json": v.strictObject({ schema }) }),
  v.record(v.pipe(v.string(), v.regex(/^(?:\*|\w+)\/[\w*.+-]+$/)), v.strictObject({ schema: v.strictObject({}) })),
]);
/** The shape that OpenAPI 3.1 asks for, as far as we use it. */
const openApi = v.strictObject({
  openapi: v.pipe(v.string(), v.regex(/^3\.1\.\d$/)),
  info: v.strictObject({ title: v.string(), version: v.string(), description: v.string() }),
  servers: v.array(v.strictObject({ url: v.string() })),
  tags: v.array(v.strictObject({ name: v.string() })),
  paths: v.record(
    v.pipe(v.string(), v.startsWith("/")),
    v.record(
      v.picklist(["get", "put", "post", "patch", "delete"]),
      v.strictObject({
        operationId: v.string(),
        tags: v.array(v.string()),
        summary: v.pipe(v.string(), v.minLength(3)),
        description: v.optional(v.string()),
        security: v.array(v.record(v.picklist(["cookie", "bearer"]), v.array(v.string()))),
        parameters: v.array(
          v.strictObject({ name: v.string(), in: v.picklist(["path", "query"]), required: v.boolean(), schema }),
        ),
        requestBody: v.optional(v.strictObject({ required: v.boolean(), content })),
        responses: v.record(
          v.pipe(v.string(), v.regex(/^[1-5]\d\d$/)),
          v.strictObject({ description: v.pipe(v.string(), v.minLength(1)), content: v.optional(content) }),
        ),
      }),
    ),
  ),
  components: v.strictObject({ schemas: v.record(v.string(), schema), securitySchemes: schema }),
});

Deno.test("the OpenAPI document is well formed, its references resolve, its names are one each", async () => {
  await using api = await openTestApi();
  const { status, body, text } = await api.call("GET", "/api/openapi.json");
  assertEquals(status, 200);
  const document = v.parse(openApi, body);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    assert(Object.hasOwn(document.components.schemas, name ?? ""), `${name} is not there`);
  }
  assert(!text.includes('"#/$defs/'), "a reference leads nowhere");
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
  assertEquals(new Set(ids).size, API_ROUTES.length);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const { parameters } of Object.values(methods)) {
      const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`);
      assertEquals(path.match(/\{\w+\}/g) ?? [], inPath, path);
    }
  }
});

Deno.test("the document says what the schemas ask for", async () => {
  await using api = await openTestApi();
  const { body } = await api.call("GET", "/api/openapi.json");
  const send = body.paths["/api/rooms/{room_id}/messages"].post.requestBody.content["application/json"].schema;
  assertEquals(send.additionalProperties, false);
  assertEquals(send.required, ["content"]);
  assertEquals(send.properties.content.maxLength, 4_000);
  const [limit] = body.paths["/api/messages"].get.parameters;
  assertMatch(limit.schema.description, /^From 1 to 100;/);
  const types = (of: Record<string, unknown>) => Object.keys(of);
  assertEquals(types(body.paths["/api/me/avatar"].put.requestBody.content), ["image/png", "image/jpeg", "image/webp"]);
  const file = types(body.paths["/api/files/{file_id}"].get.responses["200"].content);
  for (const type of ["image/png", "application/pdf", "text/plain", "application/octet-stream"]) {
    assert(file.includes(type), `a file may be ${type}`);
  }
  assertEquals(body.components.schemas.Room.properties.with, { $ref: "#/components/schemas/User" });
  assert(body.components.schemas.Error.properties.error.properties.code.enum.includes("no_such_room"));
});

Deno.test("every documented route answers something other than 404 not_found or 405", async () => {
  await using api = await openTestApi();
  const { body } = await api.call("GET", "/api/openapi.json");
  for (const [path, methods] of Object.entries<Record<string, unknown>>(body.paths)) {
    for (const method of Object.keys(methods)) {
      const answer = await api.call(method.toUpperCase(), path.replace(/\{\w+\}/g, "x"), {
        ...(["post", "patch"].includes(method) ? { body: {} } : {}),
      });
      assert(answer.code !== "not_found" && answer.status !== 405, `${method} ${path}: ${answer.text}`);
    }
  }
});

Deno.test("the documentation page shows every route, without scripts, inline styles or anything from elsewhere", async () => {
  await using api = await openTestApi();
  const { status, headers, text } = await api.call("GET", "/api/docs");
  assertEquals(status, 200);
  assertMatch(headers.get("content-type") ?? "", /^text\/html/);
  assertMatch(headers.get("content-security-policy") ?? "", /style-src 'self'/);
  for (const { id, path } of API_ROUTES) {
    assert(text.includes(`<article id="${id}">`), id);
    assert(text.includes(`<code>${path.replace(/:(\w+)/g, "{$1}")}</code>`), path);
  }
  assert(!/<script|<style|\sstyle=|\son\w+=|(?<!\^)https?:\/\/(?!json-schema)/i.test(text));
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) {
    assert(text.includes(`id="${target}"`), `#${target} leads nowhere`);
  }
});

Deno.test("the document is serialised once, however many ask for it", async () => {
  await using api = await openTestApi();
  const { stringify } = JSON;
  let made = 0;
  JSON.stringify = new Proxy(stringify, {
    apply(target, self, args: [unknown]) {
      const [value] = args;
      if (typeof value === "object" && value !== null && "openapi" in value) made++;
      return Reflect.apply(target, self, args);
    },
  });
  try {
    const texts = await Promise.all(
      Array.from({ length: 3 }, async () => (await api.call("GET", "/api/openapi.json")).text),
    );
    assertEquals(new Set(texts).size, 1);
  } finally {
    JSON.stringify = stringify;
  }
  assertEquals(made, 1);
});
