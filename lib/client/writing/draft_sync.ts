/**
 * Syncs drafts between the reader's devices. A draft written here is sent after a pause. A draft from elsewhere is
 * taken unless a newer one is being written here. The server keeps the later of two.
 */
import { signal } from "@preact/signals";
import * as v from "../decode.ts";
import type { DraftRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Connection } from "../connection/connection.ts";
import type { Drafts } from "./drafts.ts";
import type { Environment } from "../connection/environment.ts";
import { isTransient } from "../connection/failure.ts";
import { integer, string } from "../connection/schemas.ts";

const EVERY_MS = 1_500;
const saved = v.object({ at: integer, saved: v.boolean });
const draft = v.object({ content: string, reply_to: v.exactOptional(string), at: integer });

export class DraftSync {
  readonly #env: Environment;
  readonly #connection: Connection;
  readonly #drafts: Drafts;
  /** Drafts written here and not sent yet, with the time of writing by the server's clock. */
  readonly #unsaved = new Map<string, number>();
  /** The time of the draft that was last taken or sent. */
  readonly #known = new Map<string, number>();
  /** Whether the server stores which message a draft answers; an older server refuses that field. */
  #keepsReplies = false;
  /** The server's clock minus this one's (clock skew). */
  #ahead = 0;
  #cancel: (() => void) | null = null;
  /** Called with a draft from elsewhere, which the composer shows. */
  readonly came = signal<{ room_id: string } | null>(null);

  constructor(env: Environment, connection: Connection, drafts: Drafts) {
    this.#env = env;
    this.#connection = connection;
    this.#drafts = drafts;
    for (const [roomId, at] of drafts.unsaved()) this.#unsaved.set(roomId, at);
    drafts.onEdited = (roomId) => this.#edited(roomId);
  }

  /** The connection is up. */
  connected(serverTime: number, features: readonly string[]): void {
    this.#keepsReplies = features.includes("draft_replies");
    if (Number.isFinite(serverTime)) this.#ahead = serverTime - this.#env.now();
    this.flush();
  }

  /** Reads the draft that was written elsewhere. */
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

  /** Sends the drafts that wait. */
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
    // Later than every known time of this draft, whatever the clocks say.
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
      // A draft that was written meanwhile is sent later.
      if (this.#unsaved.get(roomId) !== at) return;
      this.#forget(roomId, at);
      if (reply.saved) this.#known.set(roomId, reply.at);
      else this.opened(roomId);
    } catch (error) {
      // Offline: the next connection sends it. A room that the reader is not in keeps no draft.
      if (!isTransient(error)) this.#forget(roomId, at);
    }
  }

  #forget(roomId: string, at: number): void {
    this.#unsaved.delete(roomId);
    this.#drafts.markSaved(roomId, at);
  }
}
