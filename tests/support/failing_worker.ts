/** A socket isolate that reports its sockets, and throws when a test asks for that. */
import type { Connection } from "../../lib/socket/connection.ts";
import { Hub } from "../../lib/socket/hub.ts";
import "../../lib/server/isolates/worker.ts";

/** The channel on which a test asks. */
export const CHANNEL = "parley-test-isolates";

/** `connection_id` is the one in the socket's hello. */
export type Asked = { type: "where" | "fail"; connection_id: string };
export type Told = { type: "here"; connection_id: string; isolate: string };

const here = new Set<string>();
const arrive = Hub.prototype.arrive;
Hub.prototype.arrive = function (connection: Connection) {
  here.add(connection.id);
  return arrive.call(this, connection);
};

if ("WorkerGlobalScope" in globalThis) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data: { type, connection_id } }: MessageEvent<Asked>) => {
    if (!here.has(connection_id)) return;
    if (type === "where") channel.postMessage({ type: "here", connection_id, isolate: self.name } satisfies Told);
    else if (type === "fail") {
      setTimeout(() => {
        throw new Error("failed on purpose");
      });
    }
  };
}
