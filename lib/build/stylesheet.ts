/** The style sheet: one file out of many. */
import * as esbuild from "esbuild";

/** Bundles an entry and its `@import`s into one file; leaves `url()`s alone. */
export async function bundleCss(
  path: string,
  { root, target, minify }: { root: string; target: string | string[]; minify: boolean },
): Promise<{ contents: Uint8Array; inputs: string[] }> {
  const result = await esbuild.build({
    entryPoints: [path],
    absWorkingDir: root,
    bundle: true,
    target,
    minify,
    write: false,
    outdir: "/",
    metafile: true,
    logLevel: "silent",
    plugins: [{
      name: "urls",
      setup: (build) =>
        build.onResolve({ filter: /./ }, ({ kind }) => kind === "url-token" ? { external: true } : null),
    }],
  });
  return { contents: result.outputFiles[0]!.contents, inputs: Object.keys(result.metafile.inputs) };
}
