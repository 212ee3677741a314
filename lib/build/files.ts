import { join } from "node:path";

/** Paths below `dir`, sorted; none if there is no such folder. */
export function listFiles(dir: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (name.startsWith(".")) continue;
      if (isDirectory) walk(join(folder, name));
      else found.push(join(folder, name));
    }
  };
  try {
    walk(dir);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** Writes a file atomically: readers see the old file or the new one, never a part. */
export async function replaceFile(path: string, contents: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeFile(unfinished, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
  await Deno.rename(unfinished, path);
}
