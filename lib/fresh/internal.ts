/** `fresh/internal`: what the files that the Builder generates import. */
export { setBuildCache } from "./app.ts";
export { ProdBuildCache } from "./build_cache.ts";
