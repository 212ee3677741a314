/** Messages at a steady rate, while something else is tested. */
import { assert } from "@std/assert";
import type { Session, TestSocket } from "./client.ts";
import { post } from "./client.ts";
import { until } from "./until.ts";

const PER_SECOND = 100;
/** D6b allows 2 s, which tests/socket/delivery_test.ts checks by fake time. Real time on a busy machine needs more. */
const REVOKED_WITHIN_MS = 20_000;

/** `sender` sends to `general`, at 100 messages/s however long each takes; resolves with how many were acknowledged. */
export function flow(sender: TestSocket): { stop(): Promise<number> } {
  const sends: Promise<{ ok?: boolean }>[] = [];
  const timer = setInterval(
    () => sends.push(sender.command({ type: "chat_message", room_id: "general", content: `m${sends.length}` })),
    1_000 / PER_SECOND,
  );
  return {
    async stop() {
      clearInterval(timer);
      return (await Promise.all(sends)).filter(({ ok }) => ok === true).length;
    },
  };
}

/** Signs out while messages flow: after the allowed time the session's sockets get no new message. */
export async function assertSilencedInTime(
  origin: string,
  session: Session,
  sockets: TestSocket[],
  sender: TestSocket,
): Promise<void> {
  const flowing = flow(sender);
  const heard = (socket: TestSocket) => socket.frames.filter(({ type }) => type === "chat_message");
  await until(() => sockets.every((socket) => heard(socket).length >= 20));
  const response = await post(origin, "/api/auth/logout", {}, session);
  const answered = Date.now();
  await response.body?.cancel();
  await Promise.all(sockets.map(({ closed }) => closed));
  const took = Date.now() - answered;
  assert(took < REVOKED_WITHIN_MS, `a socket stayed open for ${took} ms`);
  for (const socket of sockets) {
    const last = Date.parse(heard(socket).at(-1)?.timestamp);
    assert(last <= answered + REVOKED_WITHIN_MS, `it heard what was sent ${last - answered} ms after the answer`);
  }
  // nobody else noticed
  const before = heard(sender).length;
  await until(() => heard(sender).length >= before + 20);
  assert(await flowing.stop() >= 40);
}
