/** A KV Connect server in a process of its own, for the benchmarks: prints its address and token, and runs until it is killed. */
import { KvConnectServer } from "../support/kv_connect.ts";

const server = await KvConnectServer.open();
setInterval(() => Deno.writeTextFileSync(requestsFile(), JSON.stringify(server.requests)), 500);
console.log(`${server.url} ${server.token}`);

function requestsFile(): string {
  return Deno.args[0] ?? "/dev/null";
}
