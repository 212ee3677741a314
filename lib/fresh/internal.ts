/** `fresh/internal`: what the files that the Builder generates import. */
export { ProdBuildCache, setBuildCache } from "./build_cache.ts";
