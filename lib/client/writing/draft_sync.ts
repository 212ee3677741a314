/**
 * Drafts over one's devices: what is written here is told after a pause, what is written elsewhere is taken unless
 * something newer is being written here. The server keeps the later of two.
 */
import { signal } from "@preact/signals";
import * as v from "valibot";
import type { DraftRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Connection } from "../connection/connection.ts";
import type { Drafts } from "./drafts.ts";
import type { Environment } from "../connection/environment.ts";
import { isTransient } from "../connection/failure.ts";
import { integer, string } from "../connection/schemas.ts";

const EVERY_MS = 1_500;
const saved = v.object({ at: integer, saved: v.boolean() });
const draft = v.object({ content: string, reply_to: v.exactOptional(string), at: integer });

export class DraftSync {
  readonly #env: Environment;
  readonly #connection: Connection;
  readonly #drafts: Drafts;
  /** Written here and not told yet, since when by the server's clock. */
  readonly #unsaved = new Map<string, number>();
  /** The time of what was last taken or told. */
  readonly #known = new Map<string, number>();
  /** Whether the server keeps what a draft answers; an older one refuses to hear of it. */
  #keepsReplies = false;
  /** The server's clock less this one's. */
  #ahead = 0;
  #cancel: (() => void) | null = null;
  /** A draft that came from elsewhere: the composer shows it. */
  readonly came = signal<{ room_id: string } | null>(null);

  constructor(env: Environment, connection: Connection, drafts: Drafts) {
    this.#env = env;
    this.#connection = connection;
    this.#drafts = drafts;
    for (const [roomId, at] of drafts.unsaved()) this.#unsaved.set(roomId, at);
    drafts.onEdited = (roomId) => this.#edited(roomId);
  }

  /** The connection is there. */
  connected(serverTime: number, features: readonly string[]): void {
    this.#keepsReplies = features.includes("draft_replies");
    if (Number.isFinite(serverTime)) this.#ahead = serverTime - this.#env.now();
    this.flush();
  }

  /** Asks what was written elsewhere. */
  opened(roomId: string): void {
    if (this.#unsaved.has(roomId)) return;
    this.#connection.command({ type: "draft", room_id: roomId }, draft)
      .then((found) => this.take(roomId, found)).catch(() => {}); // the next opening asks again
  }

  take(roomId: string, { content, reply_to, at }: DraftRecord): void {
    if (this.#unsaved.has(roomId) || at <= (this.#known.get(roomId) ?? 0)) return;
    this.#known.set(roomId, at);
    const before = this.#drafts.replyTo(roomId);
    const answers = this.#keepsReplies ? reply_to : before;
    if (this.#drafts.get(roomId) === content && answers === before) return;
    this.#drafts.adopt(roomId, { content, ...(answers === undefined ? {} : { reply_to: answers }) });
    this.came.value = { room_id: roomId };
  }

  /** Tells what waits. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const [roomId, at] of this.#unsaved) void this.#tell(roomId, at);
  }

  dispose(): void {
    this.flush();
    this.#drafts.onEdited = () => {};
  }

  #edited(roomId: string): void {
    // later than all that is known of it, whatever the clocks say
    const last = Math.max(this.#unsaved.get(roomId) ?? 0, this.#known.get(roomId) ?? 0);
    const at = Math.max(this.#env.now() + this.#ahead, last + 1);
    this.#unsaved.set(roomId, at);
    this.#drafts.markUnsaved(roomId, at);
    this.#cancel ??= this.#env.after(EVERY_MS, () => this.flush());
  }

  async #tell(roomId: string, at: number): Promise<void> {
    const content = this.#drafts.get(roomId).slice(0, LIMITS.draft).toWellFormed();
    const answers = this.#keepsReplies ? { reply_to: this.#drafts.replyTo(roomId) ?? null } : {};
    try {
      const reply = await this.#connection.command(
        { type: "save_draft", room_id: roomId, content, ...answers, at },
        saved,
      );
      // what was written meanwhile is told later
      if (this.#unsaved.get(roomId) !== at) return;
      this.#forget(roomId, at);
      if (reply.saved) this.#known.set(roomId, reply.at);
      else this.opened(roomId);
    } catch (error) {
      // offline: the next connection tells it. A room that is not mine keeps no draft
      if (!isTransient(error)) this.#forget(roomId, at);
    }
  }

  #forget(roomId: string, at: number): void {
    this.#unsaved.delete(roomId);
    this.#drafts.markSaved(roomId, at);
  }
}
