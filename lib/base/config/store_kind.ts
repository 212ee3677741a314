/** What kind of store a setting names. This is the one place that decides it: nothing else looks at the path's form. */
import { isPostgresUrl, withoutPassword } from "./postgres_url.ts";

/** `memory`: of a test. `file`: this process has it alone. `platform`, `connect`, `postgres`: other processes use it too. */
export type StoreKind = "memory" | "file" | "platform" | "connect" | "postgres";

/** In place of a path: the store of the hosted platform, which is opened without one. */
export const PLATFORM_STORE = "the platform's store";

export function storeKind(path: string): StoreKind {
  if (path === ":memory:") return "memory";
  if (path === PLATFORM_STORE) return "platform";
  if (isPostgresUrl(path)) return "postgres";
  return /^https?:\/\//.test(path) ? "connect" : "file";
}

/** Whether other processes may use the store at the same time. */
export const IS_SHARED: Readonly<Record<StoreKind, boolean>> = {
  memory: false,
  file: false,
  platform: true,
  connect: true,
  postgres: true,
};

export function isShared(path: string): boolean {
  return IS_SHARED[storeKind(path)];
}

/** A store as messages name it: without a password. */
export function storeName(path: string): string {
  return withoutPassword(path);
}
