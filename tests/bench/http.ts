/** Pages and the REST API over keep-alive connections (httpload.c), and what a request costs the server's processor. */
import { post, signUp } from "../support/client.ts";
import type { Child } from "./load.ts";

type Row = (what: string, transport: string, figure: string) => void;

interface Plan {
  connections: number;
  answers: number;
  /** Whole requests, as bytes go over the wire. */
  requests: string[];
}

interface Answers {
  answers: number;
  seconds: number;
  bad: number;
  bytes: number;
  p50: number;
  p99: number;
}

const PASSWORD = "a long enough passphrase";
/** How many are measured; a quarter as many come before. */
const PAGES = 1_200;
const CALLS = 20_000;
/** What httpload.c makes unique. */
const UNIQUE = "%I..........";

/** Texts as people write them, all different: plain, with marks, names, links, code, lists and emoji. */
export function talk(seq: number): string {
  const words = `Message ${seq} of a long conversation about nothing in particular, as conversations are.`;
  switch (seq % 10) {
    case 1:
      return `${words} **Bold** and _italic_ and \`code ${seq}\`, :tada:`;
    case 3:
      return `See https://example.org/page/${seq}?q=1 and @bench${seq % 50}, then tell @bench${seq % 7}.`;
    case 5:
      return `- one ${seq}\n- two\n- three with **marks**\n\n> quoted ${seq}\n\n${words}`;
    case 7:
      return `\`\`\`ts\nconst answer: number = ${seq};\nfor (const one of all) console.log(one, answer);\n\`\`\``;
    case 9:
      return "👍";
    default:
      return words;
  }
}

/** Some people react to some of the last 50 messages. */
export async function reactToSome(origin: string, cookies: string[], messages: number): Promise<void> {
  for (let seq = Math.max(1, messages - 49); seq <= messages; seq += 4) {
    for (const line of cookies.slice(seq % 3, seq % 3 + 3)) {
      const headers = { cookie: line.replace("Cookie: ", ""), origin };
      const path = `/api/rooms/general/messages/${seq}-00000000/reactions/${encodeURIComponent("👍")}`;
      const response = await fetch(origin + path, { method: "PUT", headers });
      if (!response.ok) throw new Error(await response.text());
      await response.body?.cancel();
    }
  }
}

/** `readers`: Cookie header lines. */
export async function pages(httpload: string, server: Child, readers: string[], transport: string, row: Row) {
  const of = (path: string) =>
    readers.map((cookie) => request("GET", server.origin + path, [cookie, "Accept: text/html"]));
  const paths = { "the page with 50 messages": "/rooms/general", "its archive": "/rooms/general?before=51" };
  for (const [what, path] of Object.entries(paths)) {
    for (const connections of [8, 1]) {
      const plan = { connections, answers: PAGES, requests: of(path) };
      row(`${what}, ${connections} at once`, transport, await figure(httpload, server, plan));
    }
  }
}

export async function rest(httpload: string, server: Child, readers: string[], transport: string, row: Row) {
  const path = `${server.origin}/api/rooms/general/messages`;
  const history = readers.map((cookie) => request("GET", `${path}?limit=50&before=51`, [cookie]));
  row("history of 50, 32 at once", transport, await figure(httpload, server, plan(history)));
  const body = JSON.stringify({ content: "a message of the size that people write", client_id: UNIQUE });
  const headers = [`Origin: ${server.origin}`, "Content-Type: application/json"];
  const sends = readers.map((cookie) => request("POST", path, [cookie, ...headers], body));
  row("sends, 32 at once", transport, await figure(httpload, server, plan(sends)));
  const bearer = `Authorization: Bearer ${await tokenOf(server.origin)}`;
  const byToken = [request("POST", path, [bearer, "Content-Type: application/json"], body)];
  row("sends with an access token, 32 at once", transport, await figure(httpload, server, plan(byToken)));
}

function plan(requests: string[]): Plan {
  return { connections: 32, answers: CALLS, requests };
}

function request(method: string, url: string, headers: string[], body = ""): string {
  const { host, pathname, search } = new URL(url);
  const length = body === "" ? [] : [`Content-Length: ${new TextEncoder().encode(body).length}`];
  return [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...headers, ...length, "", body].join("\r\n");
}

async function tokenOf(origin: string): Promise<string> {
  const session = await signUp(origin, "program", PASSWORD);
  await (await post(origin, "/api/rooms/general/join", {}, session)).body?.cancel();
  const signedIn = await post(origin, "/api/users/login", { username: "program", password: PASSWORD, tokens: true });
  const { access_token } = await signedIn.json();
  return String(access_token);
}

async function figure(httpload: string, server: Child, plan: Plan): Promise<string> {
  const { answers, seconds, bad, bytes, p50, p99, cpu } = await answered(httpload, server, plan);
  const size = Math.round(bytes / answers / 1024);
  const cost = (cpu / answers * 1_000).toFixed(2);
  const trouble = bad === 0 ? "" : `, ${bad} refused`;
  const rate = Math.round(answers / seconds);
  return `${rate}/s, p50 ${p50} ms, p99 ${p99} ms, ${cost} ms of processor each, ${size} KiB${trouble}`;
}

/** Runs httpload; `cpu` is what the server needed in the measured time. */
async function answered(httpload: string, server: Child, plan: Plan): Promise<Answers & { cpu: number }> {
  const dir = await Deno.makeTempDir();
  const files = plan.requests.map((_, i) => `${dir}/${i}`);
  for (const [i, file] of files.entries()) await Deno.writeTextFile(file, plan.requests[i] ?? "");
  const args = [String(server.port), String(plan.connections), String(plan.answers)];
  args.push(String(plan.answers / 4), ...files);
  const child = new Deno.Command(httpload, { args, stdout: "piped", stderr: "inherit" }).spawn();
  let text = "";
  let cpu = 0;
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    // its first line says that it measures from now on
    if (text === "") cpu -= server.cpu();
    text += part;
  }
  cpu += server.cpu();
  await Deno.remove(dir, { recursive: true });
  if (!(await child.status).success) throw new Error("httpload failed: see above");
  return { ...JSON.parse(text.split("\n")[1] ?? ""), cpu };
}
