/**
 * What the OpenAPI document allows is taken, and what it forbids is refused: values at every bound of every field
 * of every operation are generated from the document, and sent.
 */
import { assert, assertEquals } from "@std/assert";
import { openTestApi, type Person, type TestApi } from "./support.ts";

interface Schema {
  type?: string;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  dependentRequired?: Record<string, string[]>;
}
interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Sample {
  value: unknown;
  allowed: boolean;
}

const LETTERS = "kqzvxjwp mfyg bdh".replaceAll(" ", "");
const letters = (length: number) => LETTERS.repeat(Math.ceil(length / LETTERS.length)).slice(0, length);

/** For each pattern of the document: the shortest and the longest text, and texts just outside. */
const BY_PATTERN: Record<string, { good: string[]; bad: string[] }> = {};
function pattern(source: RegExp, good: string[], bad: string[]): void {
  BY_PATTERN[source.source.replaceAll("\\/", "/")] = { good, bad };
}
pattern(/^[A-Za-z0-9_.-]{1,32}$/, ["q1", letters(32)], ["", letters(33), "a b"]);
pattern(/^[\x21-\x7e]{1,64}$/, ["!", letters(64)], ["", letters(65), "a b", "ä"]);
pattern(/^\d{1,15}-[0-9a-z]{8}$/, ["1-abcdefgh", "999999999999999-abcdefgh"], ["", "1-abcdefg", "x-abcdefgh"]);
pattern(/^[0-9a-z]{24}$/, [letters(24)], ["", letters(23), letters(25)]);
pattern(/^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$/, ["", "00:00", "23:59"], ["24:00", "9:00", "12:60"]);
pattern(/^[A-Za-z0-9_-]{87}={0,2}$/, [
  "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
], [letters(86), letters(88), "+".repeat(87)]);
pattern(/^[A-Za-z0-9_-]{22}={0,2}$/, ["A".repeat(22), "A".repeat(22) + "=="], [letters(21), letters(23)]);
pattern(/\S/, ["a"], ["", " \n"]);
pattern(/^\s*\S(?:[\s\S]{0,48}\S)?\s*$/, ["a", letters(50), ` ${letters(50)} `], ["", "  ", letters(51)]);
pattern(/^\s*\S(?:[\s\S]{0,78}\S)?\s*$/, ["a", letters(80), ` ${letters(80)} `], ["", "  ", letters(81)]);
pattern(/^https:\/\//, ["https://push.example.org/x"], ["", "ftp://push.example.org/x"]);

/** What the document says in words, because JSON Schema cannot: a value that keeps it. */
const IN_WORDS: Record<string, unknown> = {
  time_zone: "Europe/Lisbon",
  zone: "Europe/Lisbon",
  code: "abcd",
};

function samples(name: string, schema: Schema, what: string): Sample[] {
  const all = (good: unknown[], bad: unknown[]): Sample[] => [
    ...good.map((value) => ({ value, allowed: true })),
    ...bad.map((value) => ({ value, allowed: false })),
  ];
  if (schema.anyOf !== undefined) {
    return [
      ...schema.anyOf.flatMap((one) => samples(name, one, what)).filter(({ allowed }) => allowed),
      ...all([], [7]),
    ];
  }
  if (schema.enum !== undefined) return all(schema.enum, ["none of these"]);
  switch (schema.type) {
    case "null":
      return all([null], []);
    case "boolean":
      return all([true, false], ["maybe"]);
    case "integer": {
      const { minimum, maximum } = schema;
      assert(minimum !== undefined && maximum !== undefined, `${what} has no bounds`);
      return all([minimum, maximum], [
        1.5,
        "x",
        ...(minimum > Number.MIN_SAFE_INTEGER ? [minimum - 1] : []),
        maximum + 1,
      ]);
    }
    case "string":
      return strings(name, schema, what, all);
    case "array": {
      const { items = {}, minItems = 0, maxItems } = schema;
      assert(maxItems !== undefined, `${what} has no bound`);
      const of = (length: number) => Array.from({ length }, (_, i) => distinct(name, items, i));
      return all([of(Math.max(1, minItems)), of(maxItems)], [of(maxItems + 1), ...(minItems > 0 ? [[]] : []), 7]);
    }
    case "object":
      return objects(schema, what);
  }
  throw new Error(`${what}: there is no generator for ${JSON.stringify(schema)}`);
}

type All = (good: unknown[], bad: unknown[]) => Sample[];

function strings(
  name: string,
  { pattern, format, minLength = 0, maxLength }: Schema,
  what: string,
  all: All,
): Sample[] {
  if (Object.hasOwn(IN_WORDS, name)) {
    return all([IN_WORDS[name]], maxLength === undefined ? [] : [letters(maxLength + 1)]);
  }
  if (format === "date-time") return all(["2026-01-31T12:00:00.000Z"], ["yesterday", ""]);
  const known = pattern === undefined ? undefined : BY_PATTERN[pattern];
  assert(pattern === undefined || known !== undefined, `${what}: add samples of the pattern ${pattern}`);
  assert(known !== undefined || maxLength !== undefined, `${what} has no bound`);
  const long = maxLength === undefined ? [] : [letters(maxLength)];
  const good = known?.good ?? [letters(minLength), ...long];
  return all(
    known !== undefined && pattern === "\\S" ? [...good, ...long] : good,
    [
      ...known?.bad ?? (minLength > 0 ? [letters(minLength - 1)] : []),
      ...(maxLength === undefined ? [] : [letters(maxLength + 1)]),
      7,
    ],
  );
}

function distinct(name: string, items: Schema, i: number): unknown {
  const base = samples(name, items, name).findLast(({ allowed }) => allowed)?.value;
  return typeof base === "string" ? `${String(i).padStart(3, "0")}${base}`.slice(0, base.length) : base;
}

/** Each field at each of its bounds, the others as they are in a good object. */
function objects(schema: Schema, what: string, base: Record<string, unknown> = {}): Sample[] {
  const fields = Object.entries(schema.properties ?? {});
  const good = { ...base };
  for (const name of schema.required ?? []) {
    good[name] ??= samples(name, schema.properties?.[name] ?? {}, what).find(({ allowed }) => allowed)?.value;
  }
  const found: Sample[] = [];
  const sampleOf = (name: string) =>
    samples(name, schema.properties?.[name] ?? {}, what).find(({ allowed }) => allowed)?.value;
  for (const [name, field] of fields) {
    const needed = schema.dependentRequired?.[name] ?? [];
    const others = { ...good, ...Object.fromEntries(needed.map((one) => [one, good[one] ?? sampleOf(one)])) };
    for (const { value, allowed } of samples(name, field, `${what}.${name}`)) {
      const object = { ...others, [name]: value };
      found.push({ value: object, allowed: allowed && fitsOne(schema.anyOf, object) });
      if (allowed && needed.length > 0 && !needed.every((one) => one in good)) {
        found.push({ value: { ...good, [name]: value }, allowed: false });
      }
    }
  }
  for (const name of schema.required ?? []) {
    found.push({ value: Object.fromEntries(Object.entries(good).filter(([one]) => one !== name)), allowed: false });
  }
  if (schema.additionalProperties === false) found.push({ value: { ...good, unheard_of: 1 }, allowed: false });
  return found;
}

/** An object's `anyOf`: fields that must be there, and patterns that they must match. */
function fitsOne(branches: Schema[] | undefined, object: Record<string, unknown>): boolean {
  return branches === undefined ||
    branches.some(({ required = [], properties = {} }) =>
      required.every((name) => object[name] !== undefined) &&
      Object.entries(properties).every(([name, { pattern = "" }]) => new RegExp(pattern).test(String(object[name])))
    );
}

/** What a good request of an operation holds beside its generated values. */
interface Scene {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  /** null: nobody is signed in. */
  as?: Person | null;
}

async function scenes(api: TestApi, root: Person): Promise<(id: string) => Promise<Scene>> {
  const other = await api.person("other");
  const room = await api.room(root);
  const message = await api.send(root, room, "hello");
  const path = {
    room_id: room,
    user_id: other.id,
    message_id: message,
    emoji: encodeURIComponent("👍"),
    file_id: "x",
    report_id: "x",
  };
  const special: Record<string, Scene> = {
    register: { as: null, body: { password: "k7-Qz.zebra-horse" } },
    signIn: { as: null },
    refreshTokens: { as: null },
    recover: { as: null, body: { code: "abcd", new_password: "k7-Qz.zebra-horse" } },
    updateMe: { body: {} },
    sendMessage: { body: { content: "hello" } },
    addMember: { body: { user_id: other.id } },
    openDirect: { body: { user_id: other.id } },
    listDirectMessages: { query: { user_id: other.id } },
    getStatus: { query: { user_id: other.id } },
    searchMessages: { query: { q: "hello" } },
    uploadFile: { query: { name: "a.txt" } },
  };
  return (id) => Promise.resolve({ as: root, path, ...special[id] });
}

Deno.test("api: values at every bound of the OpenAPI document are taken or refused as it says", async () => {
  await using api = await openTestApi();
  const root = await api.person("root");
  const sceneOf = await scenes(api, root);
  const { body: document } = await api.call("GET", "/api/openapi.json");
  const wrong: string[] = [];
  let tried = 0;
  const paths: Record<string, Record<string, Operation>> = document.paths;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const id = operation.operationId;
      const scene = await sceneOf(id);
      const target = path.replace(/\{(\w+)\}/g, (_, name) => scene.path?.[name] ?? "x");
      const send = async (query: Record<string, unknown>, body: unknown, allowed: boolean, what: string) => {
        tried++;
        const search = new URLSearchParams();
        for (const [name, value] of Object.entries(query)) {
          for (const one of [value].flat()) search.append(name, String(one));
        }
        const raw = operation.requestBody !== undefined && body === undefined;
        const answer = await api.call(method.toUpperCase(), `${target}?${search}`, {
          ...(scene.as === null ? {} : { as: scene.as ?? root }),
          ...(raw ? { body: "hello", headers: { "content-type": "application/octet-stream" } } : { body }),
        });
        const refused = answer.status === 422 || answer.code === "bad_request" || answer.code === "bad_json";
        if (refused === allowed) {
          wrong.push(
            `${id} ${what}: ${allowed ? "allowed, but" : "forbidden, but"} ${answer.status} ${
              answer.text.slice(0, 160)
            }`,
          );
        }
      };
      await tryQueries(operation, scene, send);
      const schema = operation.requestBody?.content["application/json"]?.schema;
      if (schema === undefined || id === "deleteMe") continue;
      const [samplesOfBody, query] = [objects(schema, id, scene.body), scene.query ?? {}];
      for (const { value, allowed } of samplesOfBody) {
        await send(query, value, allowed, JSON.stringify(value).slice(0, 120));
      }
    }
  }
  assertEquals(wrong, []);
  assert(tried > 300, `only ${tried} values were tried`);
});

type Send = (query: Record<string, unknown>, body: unknown, allowed: boolean, what: string) => Promise<void>;

async function tryQueries(
  { parameters, requestBody, operationId }: Operation,
  scene: Scene,
  send: Send,
): Promise<void> {
  const body = requestBody?.content["application/json"] === undefined ? undefined : scene.body ?? {};
  for (const { name, in: where, schema, required } of parameters) {
    if (where !== "query" || name === "cursor") continue;
    for (const { value, allowed } of samples(name, schema, `${operationId}?${name}`)) {
      // a query is text: there is no wrong type but what is no number, or no boolean
      if (schema.type === "string" && typeof value !== "string") continue;
      if (schema.type === "array" && (!Array.isArray(value) || value.length === 0)) continue;
      await send({ ...scene.query, [name]: value }, body, allowed, `?${name}=${String(value).slice(0, 80)}`);
    }
    if (required) {
      const rest = Object.fromEntries(Object.entries(scene.query ?? {}).filter(([one]) => one !== name));
      await send(rest, body, false, `without ${name}`);
    }
  }
}
