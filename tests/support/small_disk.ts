/** A file system that is small enough to be filled. */

async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  return success ? "" : new TextDecoder().decode(stderr).trim();
}

export class SmallDisk implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** undefined where this machine lets nobody mount: it says so. */
  static async mount(megabytes: number): Promise<SmallDisk | undefined> {
    const path = await Deno.makeTempDir();
    const failure = await run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path).catch(String);
    if (failure === "") return new SmallDisk(path);
    await Deno.remove(path);
    console.error(`NOT TESTED on a full disk, for none can be mounted here (${failure}).`);
    return undefined;
  }

  /** To the last byte. */
  async fill(): Promise<void> {
    for (const bytes of [65_536, 4_096, 512, 1]) {
      try {
        for (;;) await Deno.writeFile(`${this.path}/filling`, new Uint8Array(bytes).fill(1), { append: true });
      } catch { /* no room for so many */ }
    }
  }

  /** Nothing may have a file of it open to write. */
  async remount(how: "ro" | "rw"): Promise<void> {
    const failure = await run("mount", "-o", `remount,${how}`, this.path);
    if (failure !== "") throw new Error(failure);
  }

  async makeRoom(): Promise<void> {
    await Deno.remove(`${this.path}/filling`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", "-l", this.path);
    await Deno.remove(this.path);
  }
}
