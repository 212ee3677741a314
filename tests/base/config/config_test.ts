import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, type ConfigProblem, isLocalMode, readConfig } from "../../../lib/base/config/config.ts";
import { isShared, PLATFORM_STORE, storeKind } from "../../../lib/base/config/store_kind.ts";
import { envExample, SETTINGS } from "../../../lib/base/config/settings.ts";

function problems(env: Record<string, string>): ConfigProblem[] {
  return assertThrows(() => readConfig(env), ConfigError).problems;
}

Deno.test("config: without any variable the server is local, on 127.0.0.1:8000, with its data in ./data", () => {
  const config = readConfig({});
  assertEquals([config.host, config.port, config.dataDir, config.kvPath], [
    "127.0.0.1",
    8000,
    "./data",
    "./data/parley.db",
  ]);
  assertEquals([config.limits, config.registration, config.jwtSecret], [true, "open", undefined]);
  assert(isLocalMode(config));
});

Deno.test("config: values in the operator's units become values in the server's units", () => {
  const config = readConfig({
    PORT: " 0 ",
    DATA_DIR: "/srv/chat/",
    PUBLIC_URL: "https://chat.example.org/",
    ALLOWED_ORIGINS: "https://a.example, http://b.example:81",
    TRUSTED_PROXIES: "10.0.0.1,::1",
    RATE_SENDS: "20/600",
    SESSION_DAYS: "1",
    ACCESS_TOKEN_MINUTES: "5",
    REGISTRATION: "",
  });
  assertEquals(config.port, 0);
  assertEquals(config.kvPath, "/srv/chat/parley.db");
  assertEquals(config.publicUrl, "https://chat.example.org");
  assertEquals(config.allowedOrigins, ["https://a.example", "http://b.example:81"]);
  assertEquals(config.trustedProxies, ["10.0.0.1", "::1"]);
  assertEquals(config.rates.sends, { burst: 20, perMinute: 600 });
  assertEquals([config.sessionMs, config.accessTokenMs], [86_400_000, 300_000]);
  assertEquals(config.registration, "open");
  assert(!isLocalMode(config));
});

const WRONG: [name: string, values: string[]][] = [
  ["PORT", ["80000", "-1", "8e3", "http", "0x50"]],
  ["HOST", ["not a host", "http://localhost", "-x"]],
  ["PUBLIC_URL", ["chat.example.org", "https://chat.example.org/app", "ftp://x"]],
  ["ALLOWED_ORIGINS", ["*", "https://a.example,b"]],
  ["TRUSTED_PROXIES", ["proxy", "10.0.0.0/33"]],
  ["KV_URL", ["http://kv.example.org", "/data/kv.db"]],
  ["SOCKETS", ["Native", "both"]],
  ["REGISTRATION", ["no"]],
  ["LOG_LEVEL", ["verbose"]],
  ["LIMITS", ["false", "0"]],
  ["RATE_SENDS", ["20", "0/5", "5/0", "1.5/3", "20/600/1", "9999999/1"]],
  ["IDEMPOTENCY_DAYS", ["6", "1000"]],
  ["MAX_FRAME_BYTES", ["1000", "64k"]],
];

for (const [name, values] of WRONG) {
  Deno.test(`config: a wrong ${name} is refused with its name, its value and the allowed values`, () => {
    for (const value of values) {
      const found = problems({ [name]: value });
      assertEquals(found.map((one) => [one.name, one.value]), [[name, value]]);
      const message = new ConfigError(found).message;
      assertStringIncludes(message, `${name}=${value} must be ${found[0]?.allowed}`);
    }
  });
}

Deno.test("config: all wrong settings are listed at once, and a secret's value is not shown", () => {
  const found = problems({ PORT: "x", JWT_SECRET: "hunter2hunter2", LOG_FORMAT: "xml" });
  assertEquals(found.map(({ name }) => name), ["PORT", "JWT_SECRET", "LOG_FORMAT"]);
  assert(!new ConfigError(found).message.includes("hunter2"));
  assertEquals(problems({ KV_URL: "https://me:hunter2@kv.example.org" })[0]?.value, "https://***@kv.example.org");
});

Deno.test("config: LIMITS=off is refused outside local mode", () => {
  assertEquals(readConfig({ LIMITS: "off" }).limits, false);
  assertEquals(readConfig({ LIMITS: "off", HOST: "::1", PUBLIC_URL: "http://localhost:8000" }).limits, false);
  for (const more of [{ HOST: "0.0.0.0" }, { PUBLIC_URL: "https://chat.example.org" }, { TRUSTED_PROXIES: "::1" }]) {
    assertEquals(problems({ LIMITS: "off", ...more }).map(({ name }) => name), ["LIMITS"]);
  }
});

Deno.test("config: two stores, or a socket's queue above that of all sockets, are refused", () => {
  assertEquals(readConfig({ KV_URL: "http://127.0.0.1:4512" }).kvPath, "http://127.0.0.1:4512");
  assertEquals(problems({ KV_URL: "https://kv.example.org", KV_PATH: "x.db" }).map(({ name }) => name), ["KV_URL"]);
  assertEquals(
    problems({ MAX_QUEUED_BYTES: "2000000", MAX_QUEUED_BYTES_TOTAL: "1500000" }).map(({ name }) => name),
    ["MAX_QUEUED_BYTES_TOTAL"],
  );
});

Deno.test("config: every setting has an allowed default, and a line in .env.example", () => {
  for (const [name, { kind, default: value }] of Object.entries(SETTINGS)) {
    if (value !== "") assert(kind.parse(value) !== undefined, name);
  }
  const path = new URL("../../../.env.example", import.meta.url);
  assertEquals(
    Deno.readTextFileSync(path),
    envExample(),
    "write envExample() of lib/base/config/settings.ts to .env.example",
  );
});

Deno.test("config: on Deno Deploy the store is the platform's, local mode is off, and workers or files are refused", () => {
  const config = readConfig({ DENO_DEPLOYMENT_ID: "abc" });
  assertEquals([config.hosted, config.kvPath, isLocalMode(config)], [true, PLATFORM_STORE, false]);
  for (const wrong of [{ ISOLATES: "2" }, { KV_PATH: "/srv/parley.db" }]) {
    assertThrows(() => readConfig({ DENO_DEPLOYMENT_ID: "abc", ...wrong }), ConfigError, "Deno Deploy");
  }
});

Deno.test("storeKind() names the kind of each store, and whether other processes use it too", () => {
  const paths = [
    ":memory:",
    "./data/parley.db",
    "httpd.db",
    "http:parley.db",
    PLATFORM_STORE,
    "https://kv.example.org",
  ];
  assertEquals(paths.map(storeKind), ["memory", "file", "file", "file", "platform", "connect"]);
  assertEquals(paths.map(isShared), [false, false, false, false, true, true]);
});

Deno.test("config: on Deno Deploy an assigned PostgreSQL database is the store, by its URL or its parts", () => {
  const at = (env: Record<string, string>) => readConfig({ DENO_DEPLOYMENT_ID: "abc", ...env }).kvPath;
  const url = "postgresql://ann:secret@db.example.org:5433/app-production";
  assertEquals(at({ DATABASE_URL: `${url}?sslmode=require` }), `${url}?sslmode=require`);
  assertEquals(at({ DATABASE_URL: `${url}?sslmode=prefer` }), url);
  assertEquals(at({ DATABASE_URL: `${url}?sslmode=prefer&a=b` }), `${url}?a=b`);
  const parts = { PGHOST: "db.example.org", PGPORT: "5433", PGUSER: "ann", PGDATABASE: "app--a/b" };
  assertEquals(at(parts), "postgres://ann@db.example.org:5433/app--a%2Fb");
  assertEquals(at({ ...parts, PGSSLMODE: "require" }), "postgres://ann@db.example.org:5433/app--a%2Fb?sslmode=require");
  assertEquals(at({ DATABASE_URL: "mysql://db" }), PLATFORM_STORE);
  assertEquals(at({ DATABASE_URL: url, KV_URL: "https://kv.example.org" }), "https://kv.example.org");
  assertEquals(readConfig({ DATABASE_URL: url }).kvPath, "./data/parley.db", "not elsewhere");
  const wrong = () => at({ DATABASE_URL: "postgres://ann:secret@db.example.org:0/x" });
  const error = assertThrows(wrong, ConfigError, "DATABASE_URL");
  assertEquals(error.message.includes("secret"), false);
});
