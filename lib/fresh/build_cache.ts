import type { AnyComponent } from "preact";

/** URLs of a module and of all its static imports. */
export interface BuiltModule {
  chunk: string;
  preload: string[];
}

export interface BuiltIsland extends BuiltModule {
  name: string;
  // deno-lint-ignore no-explicit-any -- an island's props are its own; what reaches it is what the page passed
  component: AnyComponent<any>;
}

/** What the Builder generates (`_fresh/snapshot.js`). Immutable: any number of Apps may share one. */
export interface BuildSnapshot {
  /** Path under `routes/` -> module. */
  routes: readonly (readonly [string, object])[];
  islands: readonly BuiltIsland[];
  /** The module that hydrates. */
  boot: BuiltModule;
}

/** A build as an App uses it. */
export class ProdBuildCache implements BuildSnapshot {
  readonly routes: BuildSnapshot["routes"];
  readonly islands: BuildSnapshot["islands"];
  readonly boot: BuiltModule;

  constructor(readonly root: string, snapshot: BuildSnapshot) {
    this.routes = snapshot.routes;
    this.islands = snapshot.islands;
    this.boot = snapshot.boot;
  }
}
