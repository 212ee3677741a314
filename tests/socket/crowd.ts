/** Many sockets without a network, on a clock that stands still. */
import { FakeClock } from "../../lib/base/clock.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { SUBPROTOCOL } from "../../lib/protocol/limits.ts";
import type { Actor } from "../../lib/protocol/model.ts";
import { Sockets } from "../../lib/socket/sockets.ts";
import type { PeerListener, PeerSocket } from "../../lib/socket/transport/transport.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openTestChat } from "../support/chat.ts";
import { until } from "../support/until.ts";

export type Frame = Record<string, unknown> & { type?: string; events?: Frame[] };

/** A socket whose peer reads at once. */
export class Visitor implements PeerSocket {
  readonly frames: Frame[] = [];
  readonly bufferedAmount = 0;
  listener: PeerListener | undefined;

  send(text: string): void {
    for (const line of text.split("\n")) this.frames.push(JSON.parse(line));
  }
  close(): void {}
  terminate(): void {}

  get isGreeted(): boolean {
    return this.frames[0]?.type === "hello";
  }

  /** The answer to the command with this id. */
  answer(id: number): Frame | undefined {
    return this.frames.find(({ re }) => re === id);
  }

  last(type: string): Frame | undefined {
    return this.frames.findLast((frame) => frame.type === type);
  }
}

export class Crowd implements AsyncDisposable {
  /** Ranges that were listed, by the family of their keys. */
  readonly lists: string[] = [];
  readonly chat: OpenChat;
  readonly sockets: Sockets;
  readonly clock: FakeClock;

  private constructor(chat: OpenChat, sockets: Sockets, clock: FakeClock, lists: string[]) {
    this.chat = chat;
    this.sockets = sockets;
    this.clock = clock;
    this.lists = lists;
  }

  /** `own` lies between the sockets and the store. */
  static async open(own: (kv: Kv) => Kv = (kv) => kv): Promise<Crowd> {
    const lists: string[] = [];
    const wrapKv = (store: Kv) => {
      const kv = own(store);
      return alteredKv(kv, {
        list(range, options) {
          lists.push(JSON.stringify(range));
          return kv.list(range, options);
        },
      });
    };
    // it stands still: what is kept does not grow old, however slow the machine
    const clock = new FakeClock();
    const chat = await openTestChat({ wrapKv, clock, config: { limits: false } });
    return new Crowd(chat, await Sockets.open(chat), clock, lists);
  }

  /** Sockets of one person, greeted. */
  async visitors(actor: Actor, count: number): Promise<Visitor[]> {
    const visitors = Array.from({ length: count }, () => new Visitor());
    for (const visitor of visitors) {
      visitor.listener = this.sockets.onSocket(visitor, {
        actor,
        address: "127.0.0.1",
        subprotocol: SUBPROTOCOL,
        controlHead: 0,
      });
    }
    await until(() => visitors.every(({ isGreeted }) => isGreeted));
    return visitors;
  }

  /** All of them join in one turn. */
  async join(visitors: Visitor[], id: number, room_id: string, since?: string): Promise<void> {
    for (const { listener } of visitors) {
      listener?.onMessage(
        JSON.stringify({ type: "join_room", id, room_id, ...(since === undefined ? {} : { since }) }),
      );
    }
    await until(() => visitors.every((visitor) => visitor.answer(id) !== undefined));
  }

  /** How often the room's items were listed since the last call. */
  itemLists(): number {
    return this.lists.splice(0).filter((range) => range.includes('"item"')).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sockets.drain();
    await this.chat[Symbol.asyncDispose]();
  }
}
