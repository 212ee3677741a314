/** One build: bundles the browser's modules, and writes them and the modules that the server loads. */
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleClient } from "./bundle.ts";
import type { BuildOptions } from "./options.ts";
import { replaceFile, replaceFolder, serverSource, snapshotSource } from "./output.ts";
import { listModules, nameOf } from "./sources.ts";

const BOOT = fileURLToPath(new URL("../client.ts", import.meta.url));

export async function compile(
  { root, outDir, islandDir, routeDir, serverEntry, target }: Required<BuildOptions>,
  dev: boolean,
): Promise<void> {
  const islands = listModules(islandDir).map((path) => ({
    name: nameOf(path, islandDir),
    path,
  }));
  const entries: Record<string, string> = { boot: BOOT };
  for (const { name, path } of islands) {
    entries[name.replaceAll("/", "_")] = path;
  }

  await Deno.mkdir(outDir, { recursive: true });
  const { files, modules, metafile } = await bundleClient(
    entries,
    join(outDir, "client.ts"),
    {
      root,
      target,
      minify: !dev,
    },
  );
  const snapshot = snapshotSource(outDir, {
    routes: listModules(routeDir).map((path) => [relative(routeDir, path), path]),
    islands: islands.map((island) => ({
      ...island,
      ...modules.get(island.path)!,
    })),
    boot: modules.get(BOOT)!,
  });
  await replaceFolder(join(outDir, "static"), files);
  await replaceFile(join(outDir, "metafile.json"), JSON.stringify(metafile));
  await replaceFile(join(outDir, "snapshot.js"), snapshot);
  await replaceFile(join(outDir, "server.js"), serverSource(outDir, serverEntry));
}
