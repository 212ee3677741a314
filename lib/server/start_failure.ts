/** What to tell an operator whose server does not start. */
import { type Config, ConfigError } from "../base/config/config.ts";
import { ChatError } from "../base/errors.ts";
import { StoreError } from "../store/store_error.ts";

/** One message that says what to do; undefined where the fault is the program's. `node:http` has codes for names. */
export function startFailure(error: unknown, config: Pick<Config, "host" | "port"> | undefined): string | undefined {
  if (error instanceof ConfigError || error instanceof StoreError || error instanceof ChatError) return error.message;
  if (!(error instanceof Error) || config === undefined) return undefined;
  const { host, port } = config;
  const code = "code" in error ? error.code : undefined;
  if (error instanceof Deno.errors.AddrInUse || code === "EADDRINUSE") {
    return `Another program listens on PORT=${port} already: stop it, or set PORT to another one.`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable || code === "EADDRNOTAVAIL" || code === "EINVAL") {
    return `HOST=${host} is no address of this machine: 127.0.0.1 is for itself alone, 0.0.0.0 for all its addresses.`;
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || /lookup address/.test(error.message)) {
    return `HOST=${host} is a name that cannot be resolved: set HOST to an IP address.`;
  }
  if (error instanceof Deno.errors.PermissionDenied || code === "EACCES") {
    return `The system does not let this program listen on HOST=${host} PORT=${port}: take a PORT above 1023.`;
  }
  return undefined;
}
