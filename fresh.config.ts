/**
 * The UI's build: `deno run -P=build fresh.config.ts build` writes `_fresh/`, and is quick when nothing changed; without
 * an argument it serves and rebuilds on each change.
 */
import { Builder } from "fresh/dev";

const builder = new Builder({ target: ["chrome111", "firefox115", "safari16.4"] });

if (Deno.args.includes("build")) await builder.build();
else await builder.listen();
