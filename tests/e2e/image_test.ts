/** The container image without an engine: its own commands in a clean folder, then its server with that as its root. */
import { cp } from "node:fs/promises";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { signUp, TestSocket } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";

const root = new URL("../../", import.meta.url).pathname;
const dockerfile = await Deno.readTextFile(`${root}Dockerfile`);
const MOST_BYTES = 30_000_000;

/** What each instruction of the name says. */
function instructions(name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, text = ""]) => text);
}

/** Of several the last. */
function instruction(name: string): string {
  return instructions(name).at(-1) ?? "";
}

async function sh(script: string, cwd = root): Promise<string> {
  const command = new Deno.Command("sh", { args: ["-euc", script], cwd, env: { NO_COLOR: "1" } });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** `COPY . .`, less what .dockerignore names; then RUN. */
async function buildImage(app: string): Promise<void> {
  const context = await Deno.makeTempDir({ prefix: "parley-context-" });
  try {
    const ignored = (await Deno.readTextFile(`${root}.dockerignore`)).trim().split("\n");
    for await (const { name } of Deno.readDir(root)) {
      const filter = (path: string) => !ignored.includes(path.slice(root.length));
      if (filter(root + name)) await cp(root + name, `${context}/${name}`, { recursive: true, filter });
    }
    const deno = `PATH=${Deno.execPath().replace(/\/[^/]*$/, "")}:$PATH`;
    await sh(`export ${deno}; ${instruction("RUN").replaceAll("/app", app)}`, context);
  } finally {
    await Deno.remove(context, { recursive: true });
  }
}

/** Nothing but the system's libraries, Deno and /app, all read-only but for the volume; without a name server. */
function inside(image: string): string[] {
  const [uid] = instruction("USER").split(":");
  const script = `
    mount --bind ${image} ${image}
    for dir in usr lib lib64 bin; do
      if [ -L /$dir ]; then cp -P /$dir ${image}/$dir; else mkdir -p ${image}/$dir; mount --bind /$dir ${image}/$dir; fi
    done
    mkdir -p ${image}/dev ${image}/proc ${image}/deno
    mount --bind /dev ${image}/dev; mount -t proc proc ${image}/proc
    touch ${image}/deno/deno; mount --bind ${Deno.execPath()} ${image}/deno/deno
    mount -t tmpfs -o uid=${uid},gid=${uid},mode=700 tmpfs ${image}${instruction("VOLUME")}
    mount -o remount,bind,ro ${image}
    shift
    exec chroot --userspec=${instruction("USER")} ${image} /usr/bin/env -C ${instruction("WORKDIR")} ${
    instructions("ENV").join(" ").replace(/\b(?:HOST|PORT|LOG_FORMAT)=\S+/g, "")
  } /deno/deno "$@"`;
  return ["unshare", "--mount", "sh", "-euc", script, "sh"];
}

Deno.test("image: built by the Dockerfile's commands it holds only the files that the server loads, and serves offline, read-only, as its user", async () => {
  const image = await Deno.makeTempDir({ prefix: "parley-image-" });
  try {
    await Deno.chmod(image, 0o755);
    await buildImage(`${image}/app`);
    const packages = (await sh(`cd ${image}/app/.deno/npm/*; ls; ls @*`)).split("\n");
    for (const unwanted of ["playwright-core", "axe-core", "esbuild", "yaml", "@deno", "highlight.js"]) {
      assert(!packages.includes(unwanted), unwanted);
    }
    assert(packages.includes("hono"));
    const bytes = Number((await sh(`du -sb ${image}/app`)).split("\t")[0]);
    assert(bytes < MOST_BYTES, `${bytes} bytes`);
    assertEquals((await sh(`ls ${image}/app`)).split("\n").filter((name) => /tests|static|data/.test(name)), ["data"]);

    const failure = await sh("unshare --mount true").then(() => "", String);
    if (failure !== "") {
      return console.error(`NOT TESTED in a root of its own, for none can be made here (${failure}).`);
    }
    const command: string[] = JSON.parse(instruction("CMD"));
    assertEquals([command.slice(0, 2), command.at(-1)], [["run", "-q"], "main.ts"]);
    await using server = await startProcess("./data", { ISOLATES: "2" }, {
      may: command.slice(2, -1),
      via: inside(image),
      trueHashes: true, // the image holds no tests
    });
    const status = await Deno.readTextFile(`/proc/${server.pid}/status`);
    assertStringIncludes(status, `Uid:\t${instruction("USER").replace(":", "\t")}`);
    assertStringIncludes(await sh(`touch /proc/${server.pid}/root/app/new 2>&1 || true`), "Read-only");
    const ada = await signUp(server.origin, "ada");
    const socket = await TestSocket.open(server.origin, ada);
    await socket.command({ type: "join_room", room_id: "general" });
    assert((await socket.command({ type: "chat_message", room_id: "general", content: "from a container" })).ok);
    const page = await fetch(`${server.origin}/rooms/general`, { headers: { cookie: ada.cookie } });
    const text = await page.text();
    assertStringIncludes(text, "from a container");
    for (const [, path] of text.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)) {
      const file = await fetch(server.origin + path);
      assertEquals([path, file.status], [path, 200]);
      await file.body?.cancel();
    }
    const users = await sh(
      `nsenter --mount --root --setuid 65532 --setgid 65532 --target ${server.pid} /usr/bin/env -C /app ` +
        "DENO_DIR=/app/.deno /deno/deno run -q --cached-only --frozen -P=admin lib/operate/admin/main.ts users",
    );
    assertStringIncludes(users, "administrator");
    assertEquals(await server.stop(), 0);
  } finally {
    await Deno.remove(image, { recursive: true });
  }
});
