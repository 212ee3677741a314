/**
 * The UI's build: `deno run -P=build fresh.config.ts build` writes `_fresh/`, and is quick when nothing changed; without
 * an argument it serves and rebuilds on each change.
 */
import "./lib/base/deno_version.ts";
import { Builder } from "fresh/dev";
import { build, type BuildOptions } from "./lib/build/build.ts";
import { serveWithReload } from "./lib/build/dev.ts";

// the oldest that know light-dark(); see static/css/tokens.css
const builder = new Builder({ target: ["chrome123", "firefox120", "safari17.5"] });

const options: BuildOptions = {
  stylesheet: "css/main.css",
  serviceWorker: "lib/client/offline/service_worker.ts",
  workerConstants: async () => {
    const { TEXTS } = await import("./lib/ui/strings/tables.ts");
    return { NEW_MESSAGE: Object.fromEntries(Object.entries(TEXTS).map(([language, { push }]) => [language, push])) };
  },
  // an offline page is rendered in the reader's language
  shell: /(?:^|\/)lib\/ui\/strings\//,
};

if (Deno.args.includes("build")) await build(builder, options);
else await serveWithReload(builder.config, () => build(builder, options, { dev: true }));
