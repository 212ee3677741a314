/** File systems for one test: a small one to fill, and one that fails. */

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

  /** Fills it to the last byte. */
  async fill(): Promise<void> {
    for (const bytes of [65_536, 4_096, 512, 1]) {
      try {
        for (;;) await Deno.writeFile(`${this.path}/filling`, new Uint8Array(bytes).fill(1), { append: true });
      } catch { /* no room for so many */ }
    }
  }

  /** No process may have a file of it open for writing. */
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

/** A disk whose file system finds an error, and turns read-only under whoever writes to it (ext4, errors=remount-ro). */
export class BreakingDisk implements AsyncDisposable {
  readonly path: string;
  #image: string;

  private constructor(path: string, image: string) {
    this.path = path;
    this.#image = image;
  }

  /** undefined where this machine lets nobody mount: it says so. */
  static async mount(): Promise<BreakingDisk | undefined> {
    const image = await Deno.makeTempFile();
    const disk = new BreakingDisk(await Deno.makeTempDir(), image);
    await Deno.truncate(image, 32 * 1024 * 1024);
    const failure = await run("mkfs.ext4", "-q", image).catch(String) || await disk.#mount();
    if (failure === "") return disk;
    await disk.#remove();
    console.error(`NOT TESTED on a disk that becomes read-only, for none can be mounted here (${failure}).`);
    return undefined;
  }

  #mount(): Promise<string> {
    return run("mount", "-o", "loop,errors=remount-ro", this.#image, this.path).catch(String);
  }

  /** As it does by itself: the system refuses to remount read-only what is written to. Files stay open, and take nothing more. */
  async break(): Promise<void> {
    const failure = await run("mount", "-o", "remount,abort", this.path);
    if (failure !== "") throw new Error(failure);
  }

  /** Repairs it as an operator would. No process may have a file of it open. */
  async mend(): Promise<void> {
    const unmounted = await run("umount", this.path);
    if (unmounted !== "") throw new Error(unmounted);
    // a copy: whoever has mounts of its own, made meanwhile, would keep the broken one in use
    const broken = this.#image;
    this.#image = await Deno.makeTempFile();
    await Deno.copyFile(broken, this.#image);
    await Deno.remove(broken);
    const failure = await run("fsck.ext4", "-p", this.#image) || await this.#mount();
    if (failure !== "") throw new Error(failure);
  }

  async #remove(): Promise<void> {
    await Deno.remove(this.path);
    await Deno.remove(this.#image);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", "-l", this.path);
    await this.#remove();
  }
}
