/** `deno task admin` as an operator runs it: beside a server of its own process, and without one. */
import { CLOSE } from "../../lib/protocol/close_codes.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { getJson, post, signIn, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { QUICK_HASHES, startProcess } from "../support/server_process.ts";
import { withDir } from "../support/with_dir.ts";

const root = new URL("../../", import.meta.url);
const task = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root))).tasks.admin as string;

interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** The task's own command line and permissions, but for the folder and quick hashes, as its servers have them. */
async function admin(dataDir: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const [, ...words] = task.split(" ");
  const entry = words.pop() ?? "";
  const may = env["KV_URL"] === undefined ? [`--allow-read=.env,${dataDir}`, `--allow-write=${dataDir}`] : [];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words, ...may, "--no-prompt", QUICK_HASHES, entry, ...args],
    cwd: root,
    env: { DATA_DIR: dataDir, ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

async function done(dataDir: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await admin(dataDir, args);
  assertEquals([code, err], [0, ""], args.join(" "));
  return out;
}

/** What the start task may do, in this folder. */
function serveIn(dataDir: string): string[] {
  return ["-P=serve", `--allow-read=.,${dataDir}`, `--allow-write=${dataDir}`, "--no-prompt"];
}

function passwordIn(out: string): string {
  return /^ {2}([0-9a-z]{20})$/m.exec(out)?.[1] ?? "";
}

/** Everything once; the same whoever has the store. Returns ben's new password. */
async function everyCommand(dir: string, isAdmin: "now" | "already"): Promise<string> {
  assertEquals(await done(dir, "make-admin", "Ben"), `Ben is an administrator ${isAdmin}.\n`);
  assertEquals(await done(dir, "make-admin", "ben"), "ben is an administrator already.\n");
  const password = passwordIn(await done(dir, "reset-password", "ben"));
  assertEquals(password.length, 20);
  await done(dir, "disable", "cyd");
  const list = (await done(dir, "users")).trimEnd().split("\n").map((line) => line.split(/ {2,}/));
  assertEquals(list.map(([name, , ...rest]) => [name, ...rest]), [
    ["ada", "ada", "administrator"],
    ["ben", "ben", "administrator"],
    ["cyd", "cyd", "disabled"],
  ]);
  assertStringIncludes(await done(dir, "users", "--after", "ada"), "ben");
  assert(!(await done(dir, "users", "--after", "ben")).includes("ben"));
  assertEquals(await done(dir, "users", "--after", "zoe"), "There are no more.\n");
  await done(dir, "enable", "cyd");

  const unknown = await admin(dir, ["disable", "nobody"]);
  assertEquals([unknown.code, unknown.out], [1, ""]);
  assertStringIncludes(unknown.err, 'no user "nobody"');
  const tooMany = await admin(dir, ["invite", "--uses", "1001"]);
  assertEquals(tooMany.code, 1);
  assertStringIncludes(tooMany.err, "--uses must be a whole number from 1 to 1000");
  return password;
}

for (const isolates of ["1", "2"]) {
  Deno.test(`admin task: commands run in the server (ISOLATES=${isolates}), and a new password ends the user's sockets`, async () => {
    await withDir(async (dir) => {
      const env = { ISOLATES: isolates, REGISTRATION: "invite" };
      await using server = await startProcess(dir, env, { may: serveIn(dir) });
      const ada = await signUp(server.origin, "ada");
      assertEquals((await Deno.stat(`${dir}/parley.sock`)).mode! & 0o777, 0o600);
      for (const name of ["ben", "cyd"]) {
        const [invitation] = (await done(dir, "invite")).split("\n");
        const made = await post(server.origin, "/api/users", {
          username: name,
          password: "correct horse battery",
          invitation,
        });
        assertEquals(made.status, 201, await made.text());
      }
      const ben = await signIn(server.origin, "ben");
      assertEquals((await getJson(server.origin, "/api/me", ben)).admin, false);
      const socket = await TestSocket.open(server.origin, ben);
      await socket.frame((frame) => frame.type === "hello");
      const other = await TestSocket.open(server.origin, ada);
      const cyd = await TestSocket.open(server.origin, await signIn(server.origin, "cyd"));

      assertEquals(await done(dir, "make-admin", "ben"), "ben is an administrator now.\n");
      assertEquals((await getJson(server.origin, "/api/me", ben)).admin, true);

      const password = passwordIn(await done(dir, "reset-password", "ben"));
      assertEquals((await socket.closed).code, CLOSE.session_ended);
      const old = await post(server.origin, "/api/users/login", { username: "ben", password: "correct horse battery" });
      assertEquals(old.status, 401);
      await old.body?.cancel();
      assertEquals((await signIn(server.origin, "ben", password)).user.admin, true);

      await done(dir, "disable", "cyd");
      assertEquals((await cyd.closed).code, CLOSE.account_disabled);
      const refused = await post(server.origin, "/api/users/login", {
        username: "cyd",
        password: "correct horse battery",
      });
      assertEquals(refused.status, 403);
      await refused.body?.cancel();
      await done(dir, "enable", "cyd");
      await signIn(server.origin, "cyd");
      assertEquals((await other.command({ type: "join_room", room_id: "general" })).ok, true);

      const again = await TestSocket.open(server.origin, await signIn(server.origin, "cyd"));
      await done(dir, "delete-account", "cyd", "--erase");
      assertEquals((await again.closed).code, CLOSE.account_disabled);
      assertEquals((await admin(dir, ["enable", "cyd"])).code, 1);
      await done(dir, "retention", "general", "--days", "30");
      assert((await done(dir, "rooms")).includes("kept 30 days"));
      const [code = ""] = (await done(dir, "invite", "--uses", "2")).split("\n");
      assert((await done(dir, "invitations")).includes(`${code}  2 left`));
      await done(dir, "revoke-invitation", code);
      assertEquals(await done(dir, "invitations"), "There are no invitations.\n");
      assertEquals(await done(dir, "reports"), "No report is open.\n");
      assertEquals((await admin(dir, ["dismiss-report", "nosuchreport"])).code, 1);
      assertEquals(await done(dir, "revoke-admin", "ben"), "ben is no longer an administrator, and is signed out.\n");
      const log = await done(dir, "audit");
      for (const act of ["admin_granted", "password_reset", "account_disabled", "account_deleted", "room_changed"]) {
        assertEquals(log.split("\n").filter((line) => line.includes(`operator  ${act}`)).length, 1, act);
      }
      other.close();
      await other.closed;
      assertEquals(await server.stop(), 0);
      assertEquals([...Deno.readDirSync(dir)].filter(({ name }) => name.endsWith(".sock")), []);
    });
  });
}

Deno.test("admin task: without a server it opens the file itself; a socket file left by kill -9 stops neither", async () => {
  await withDir(async (dir) => {
    {
      await using server = await startProcess(dir, {}, { may: serveIn(dir) });
      for (const name of ["ada", "ben", "cyd"]) await signUp(server.origin, name);
      await server.kill();
    }
    assert((await Deno.lstat(`${dir}/parley.sock`)).isSocket);
    const password = await everyCommand(dir, "now");
    await using server = await startProcess(dir, {}, { may: serveIn(dir) });
    const ben = await signIn(server.origin, "ben", password);
    assertEquals((await getJson(server.origin, "/api/me", ben)).admin, true);
    await signIn(server.origin, "cyd");
    // and now by the socket, which took the stale one's place
    assertEquals((await everyCommand(dir, "already")).length, 20);
  });
});

Deno.test("admin task: with KV_URL it uses the store itself, and a server on that store ends the user's sockets", async () => {
  await withDir(async (dir) => {
    await using store = await openKvConnect();
    await using server = await startProcess(dir, { KV_URL: store.url });
    await signUp(server.origin, "ada");
    const socket = await TestSocket.open(server.origin, await signUp(server.origin, "ben"));
    const { code, out, err } = await admin(dir, ["reset-password", "ben"], { KV_URL: store.url });
    assertEquals([code, err], [0, ""]);
    assertEquals((await socket.closed).code, CLOSE.session_ended);
    await signIn(server.origin, "ben", passwordIn(out));
    assertEquals([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("admin task: a wrong command prints the commands; without a database it makes none", async () => {
  await withDir(async (dir) => {
    const wrong = await admin(dir, ["make-amdin", "ben"]);
    assertEquals([wrong.code, wrong.out], [2, ""]);
    assertStringIncludes(wrong.err, "make-admin USERNAME");
    assertEquals((await admin(dir, ["disable"])).code, 2);
    assertStringIncludes(await done(dir, "help"), "reset-password USERNAME");
    const none = await admin(dir, ["users"]);
    assertEquals(none.code, 1);
    assertStringIncludes(none.err, "There is no database at");
    assertEquals([...Deno.readDirSync(dir)], []);
  });
});

Deno.test("operator's socket: a peer that sends nothing does not delay the server's stop", async () => {
  await withDir(async (dir) => {
    await using server = await startProcess(dir);
    const silent = await Deno.connect({ transport: "unix", path: `${dir}/parley.sock` });
    const garbage = await Deno.connect({ transport: "unix", path: `${dir}/parley.sock` });
    await garbage.write(new TextEncoder().encode('{"command":"drop"}\n'));
    const answer = new Uint8Array(1_000);
    const n = await garbage.read(answer);
    assertEquals(JSON.parse(new TextDecoder().decode(answer.subarray(0, n ?? 0))).ok, false);
    garbage.close();
    assertEquals(await server.stop(), 0);
    silent.close();
  });
});
