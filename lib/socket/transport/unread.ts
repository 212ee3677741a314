/** Ends the body of an answer that nobody reads. For the native transport, which has no deadline for what it sends. */
import type { Clock } from "../../base/clock.ts";
import { slices } from "./slices.ts";

const UNREAD_MS = 20_000;
/** What is shorter fits into the platform's buffers. */
const SHORT_BYTES = 256 * 1024;

/** The same answer; where it is long it breaks off once nothing of it was taken for 20 s. */
export function endedUnread(response: Response, clock: Clock): Response {
  const length = Number(response.headers.get("content-length") ?? 0);
  // looking at the body of a short answer would make a stream of it
  if (!(length > SHORT_BYTES) || response.body === null) return response;
  return new Response(endedUnreadBody(response.body, clock), response);
}

export function endedUnreadBody(body: ReadableStream<Uint8Array>, clock: Clock): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let waiting: Uint8Array[] = [];
  let cancel = () => {};
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      cancel();
      if (waiting.length === 0) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        waiting = [...slices(value)];
      }
      const slice = waiting.shift();
      if (slice === undefined) return;
      cancel = clock.after(UNREAD_MS, () => {
        controller.error(new Error("nobody takes this answer"));
        void reader.cancel().catch(() => {});
      });
      controller.enqueue(slice);
    },
    async cancel(reason) {
      cancel();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
