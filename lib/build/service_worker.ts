/**
 * Builds the service worker's script. The list of the build's files is put into it, so that it changes with any of
 * them.
 */
import * as esbuild from "esbuild";
import type { BuiltFile } from "./manifest.ts";

/** The script's path; its scope is everything below. */
export const WORKER_URL = "/sw.js";

/**
 * The build's files as the script's constants.
 * @param files what this build serves, by URL path
 * @param shell the modules that it needs from the start
 */
export async function filesForWorker(
  files: ReadonlyMap<string, BuiltFile>,
  shell: ReadonlySet<string>,
): Promise<Record<string, unknown>> {
  return {
    VERSION: await versionOf(files),
    SHELL: shellOf(files, shell),
    LATER: [...files].flatMap(([url, file]) => file.immutable && !shell.has(url) ? [url] : []).sort(),
  };
}

/** @param constants each a global name of the script, with a value that JSON can hold */
export async function bundleWorker(
  path: string,
  constants: Record<string, unknown>,
  { root, target, minify }: {
    root: string;
    target: string | string[];
    minify: boolean;
  },
): Promise<Uint8Array> {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path],
    absWorkingDir: root,
    bundle: true,
    format: "iife",
    platform: "browser",
    target,
    minify,
    define: Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)])),
    write: false,
    logLevel: "silent",
    tsconfigRaw: {},
  });
  return outputFiles[0]!.contents;
}

/** The modules and the style sheet, under the addresses that pages use. */
function shellOf(
  files: ReadonlyMap<string, BuiltFile>,
  shell: ReadonlySet<string>,
): string[] {
  return [...files].flatMap(([url, file]) =>
    shell.has(url) ? [url] : url === "/css/main.css" ? [`${url}?__frsh_c=${file.hash}`] : []
  ).sort();
}

async function versionOf(
  files: ReadonlyMap<string, BuiltFile>,
): Promise<string> {
  const all = JSON.stringify(
    [...files].map(([url, { hash }]) => [url, hash]).sort(),
  );
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(all),
  );
  return new Uint8Array(digest).toHex().slice(0, 16);
}
