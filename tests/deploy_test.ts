/** What the files for containers say, held against the settings and the server, without an engine. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse, parseAllDocuments } from "yaml";
import { readConfig } from "../lib/base/config/config.ts";
import { parsePostgresUrl } from "../lib/base/config/postgres_url.ts";
import { SETTINGS } from "../lib/base/config/settings.ts";
import { API_ROUTES } from "../lib/api/routes/all.ts";
import type { Json } from "./support/client.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));
const KNOWN = new Set([...Object.keys(SETTINGS), "DENO_KV_ACCESS_TOKEN", "PGPASSWORD", "MALLOC_TRIM_THRESHOLD_"]);

/** The settings are known, and good together. */
function assertSettings(env: Record<string, string>): void {
  for (const name of Object.keys(env)) assert(KNOWN.has(name), `${name} is no setting`);
  readConfig(env);
}

Deno.test("[S1] start, image, compose and Kubernetes: the C library is told to give freed memory back", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  const said = /MALLOC_TRIM_THRESHOLD_(?:=|: ")1048576/;
  assertMatch(tasks.start, /MALLOC_TRIM_THRESHOLD_=1048576 deno run [^&]*main\.ts$/);
  for (const name of ["Dockerfile", "compose.yaml", "compose.kv_connect.yaml", "kubernetes.yaml"]) {
    assertMatch(read(name), said, name);
  }
});

Deno.test("kubernetes.yaml: three replicas, probes that exist, a budget, room to stop, nothing writable, no root", () => {
  const documents = parseAllDocuments(read("kubernetes.yaml")).map((document: Json) => {
    assertEquals(document.errors, []);
    return document.toJS();
  });
  const one = (kind: string): Json => {
    const found = documents.filter((document: Json) => document.kind === kind);
    assertEquals(found.length, 1, kind);
    return found[0];
  };
  const { spec: { replicas, selector, template } } = one("Deployment");
  assertEquals(replicas, 3);
  assertEquals(template.metadata.labels, selector.matchLabels);
  const { spec } = template;
  const [container] = spec.containers;
  const paths = API_ROUTES.map(({ path }) => path);
  for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
    const { path, port } = container[probe].httpGet;
    assert(paths.includes(path), path);
    assertEquals(port, container.ports[0].name);
  }
  assertEquals([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path], ["/health", "/ready"]);
  // what a stop takes (main.ts: 3.8 s) fits behind the time that endpoints need
  assert(spec.terminationGracePeriodSeconds >= container.lifecycle.preStop.sleep.seconds + 5);
  assertEquals(spec.securityContext.runAsNonRoot, true);
  assertEquals(container.securityContext, {
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  });
  assert(container.resources.limits.memory !== undefined);

  const budget = one("PodDisruptionBudget").spec;
  assertEquals(budget.selector.matchLabels, selector.matchLabels);
  assert(budget.minAvailable < replicas);
  const service = one("Service").spec;
  assertEquals(service.selector, selector.matchLabels);
  assertEquals(service.ports[0].targetPort, container.ports[0].name);
  const [rule] = one("Ingress").spec.rules;
  assertEquals(rule.http.paths[0].backend.service, { name: "parley", port: { name: service.ports[0].name } });

  const env = one("ConfigMap").data;
  assertSettings({ ...env, ...one("Secret").stringData });
  assertEquals(new URL(env.PUBLIC_URL).host, rule.host);
  assertEquals(Number(env.PORT), container.ports[0].containerPort);
});

Deno.test("compose.yaml: two equal servers on PostgreSQL, read-only, behind a proxy that is the trusted one", () => {
  const compose: Json = parse(read("compose.yaml"), { merge: true });
  const { postgres, proxy } = compose.services;
  const [one, two] = [compose.services["parley-1"], compose.services["parley-2"]];
  assertEquals(two, one);
  assertEquals([one.read_only, one.cap_drop, one.depends_on], [true, ["ALL"], ["postgres"]]);
  assertEquals(one.environment.TRUSTED_PROXIES, proxy.networks.chat.ipv4_address);
  for (const [name, { restart }] of Object.entries<Json>(compose.services)) {
    assertEquals(restart, "unless-stopped", name);
  }
  assertMatch(one.stop_grace_period, /^\d{2}s$/);
  const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = postgres.environment;
  const { hosts, user, database } = Object(parsePostgresUrl(one.environment.KV_URL));
  assertEquals([user, database, hosts[0].host], [POSTGRES_USER, POSTGRES_DB, "postgres"]);
  assertMatch(POSTGRES_PASSWORD, /^\$\{PASSWORD:\?/);
  assertEquals(one.environment.PGPASSWORD, "${PASSWORD}");
  const env = Object.fromEntries(
    Object.entries<Json>(one.environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{DOMAIN[^}]*\}/, "chat.example.org"),
    ]),
  );
  assertSettings(env);
  const caddy = compose.configs.proxy.content;
  for (const name of ["parley-1", "parley-2"]) assert(caddy.includes(`${name}:${one.environment.PORT}`), name);
  assertMatch(caddy, /health_uri \/ready/);
});

Deno.test("deno.json: the section for Deno Deploy builds with the task and starts the server's entry", () => {
  const { deploy, tasks } = JSON.parse(read("deno.json"));
  assertEquals(deploy.runtime, { type: "dynamic", entrypoint: "main.ts" });
  assertEquals(deploy.build, "deno task build");
  assert(tasks.build !== undefined);
});

Deno.test("compose.kv_connect.yaml: two servers that differ in their port alone, read-only, behind a proxy that is the trusted one", () => {
  const compose: Json = parse(read("compose.kv_connect.yaml"), { merge: true });
  const { denokv, proxy } = compose.services;
  const [one, two] = [compose.services["parley-1"], compose.services["parley-2"]];
  assertEquals({ ...two, environment: { ...two.environment, PORT: one.environment.PORT } }, one);
  assert(one.environment.PORT !== two.environment.PORT);
  assertEquals([one.read_only, one.network_mode, one.cap_drop], [true, "service:denokv", ["ALL"]]);
  assertEquals(one.environment.TRUSTED_PROXIES, proxy.networks.chat.ipv4_address);
  for (const [name, { restart }] of Object.entries<Json>(compose.services)) {
    assertEquals(restart, "unless-stopped", name);
  }
  assertMatch(one.stop_grace_period, /^\d{2}s$/);
  const env = Object.fromEntries(
    Object.entries<Json>(one.environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{DOMAIN[^}]*\}/, "chat.example.org").replace(/\$\{TOKEN[^}]*\}/, "token"),
    ]),
  );
  assertSettings(env);
  assert(denokv.command.includes("--access-token ${TOKEN"));
  const caddy = compose.configs.proxy.content;
  for (const { environment: { PORT } } of [one, two]) assert(caddy.includes(`denokv:${PORT}`), `${PORT} in the proxy`);
  assertMatch(caddy, /health_uri \/ready/);
});

Deno.test("Dockerfile: the pinned Deno, not root, signals reach the server, and it runs what the tasks run", () => {
  const text = read("Dockerfile");
  const { tasks, permissions } = JSON.parse(read("deno.json"));
  const version = /npx --yes deno@([\d.]+)/.exec(read("README.md"))?.[1];
  const images = [...text.matchAll(/^FROM \S+?:(\S+)/gm)].map(([, tag]) => tag);
  assertEquals(images, [version, `distroless-${version}`]);
  assertMatch(text, /^USER 65532:65532$/m);
  const command: string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(text)?.[1] ?? "null");
  assertEquals(command.at(0), "run", "deno itself, which passes signals on");
  const set = command.find((part) => part.startsWith("-P="))?.slice(3) ?? "";
  assert(Object.hasOwn(permissions, set), set);
  assert(tasks.start.endsWith(`-P=${set} main.ts`));
  const env = Object.fromEntries(
    [...text.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
  assertSettings(Object.fromEntries(Object.entries(env).filter(([name]) => KNOWN.has(name))));
  // the folder that may be written is the volume
  assertEquals(permissions[set].write, ["./data"]);
  assertMatch(text, /^VOLUME \/app\/data$/m);
});

Deno.test("what is served and built does not come from what the image leaves out", () => {
  const ignored = read(".dockerignore").trim().split("\n");
  for (const needed of ["main.ts", "lib", "routes", "islands", "static", "deno.json", "deno.lock"]) {
    assert(!ignored.includes(needed), needed);
  }
});
