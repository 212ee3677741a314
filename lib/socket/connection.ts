/** One socket: what it says is decoded, bounded and run; what it gets is bounded too. Small, for there may be 10,000. */
import { ChatError, errorBody } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { Actor } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import { type CommandId, decodeCommand } from "../protocol/commands.ts";
import type { ErrorFrame, Reply, Unsubscribed } from "../protocol/frames.ts";
import { LIMITS, SUBPROTOCOL } from "../protocol/limits.ts";
import { runCommand } from "./commands.ts";
import { greeted, GREETING } from "./stream_state.ts";
import { join } from "./subscription.ts";
import { TokenLife } from "./token_life.ts";
import type { Admission, PeerListener, PeerSocket } from "./transport/transport.ts";
import type { HubContext, HubSocket, RoomSubscription } from "./hub_context.ts";
import type { LocalUser } from "./local.ts";

/** Malformed frames, or excess ones, in a row. */
const MAX_MALFORMED = 50;
const MAX_EXCESS = 1_000;
/** A socket may send this many frames for each command that its user may: malformed ones are counted nowhere else. */
const FRAMES_PER_COMMAND = 2;
/** Frames that may arrive before `hello` went out. */
const MAX_EARLY = 2 * LIMITS.in_flight;
const MAX_EARLY_LENGTH = 4 * LIMITS.frame_bytes;

type State = "greeting" | "ready" | "closing";

export class Connection implements HubSocket, PeerListener {
  readonly hub: HubContext;
  readonly actor: Actor;
  readonly address: string;
  readonly id = randomId(12);
  /** Whether a frame may hold several lines (D10). */
  readonly batched: boolean;
  readonly user: LocalUser;
  readonly #socket: PeerSocket;
  #state: State = "greeting";
  #subscriptions: Map<string, RoomSubscription> | undefined;
  /** Commands of a room that others of the same room must wait for (C5). */
  barriers: Map<string, Promise<unknown>> | undefined;
  #early: string[] | undefined;
  /** Bytes that were last seen waiting. */
  queued = 0;
  inFlight = 0;
  /** What is left of its own frames, however good they are, and when that was counted. */
  #frames = Number.POSITIVE_INFINITY;
  #framesAt = 0;
  #malformed = 0;
  #excess = 0;
  /** Its page says that it is looked at. */
  isActive = false;
  stream = GREETING;
  /** When the session record ends, as far as is known; milliseconds. */
  expiresAt: number;
  /** Of a socket that an access token opened. */
  readonly tokenLife: TokenLife | undefined;

  constructor(hub: HubContext, socket: PeerSocket, admission: Admission) {
    this.hub = hub;
    this.#socket = socket;
    this.actor = admission.actor;
    this.address = admission.address;
    this.expiresAt = admission.actor.expires_at;
    this.batched = admission.subprotocol === SUBPROTOCOL;
    this.user = hub.arrive(this);
    const { token_expires_at } = this.actor;
    if (token_expires_at !== undefined) this.tokenLife = new TokenLife(this, hub.chat.clock, token_expires_at);
    const { user_id, session_id } = this.actor;
    hub.chat.log.debug("a socket opened", { connection_id: this.id, user_id, session_id, address: this.address });
  }

  get isOpen(): boolean {
    return this.#state !== "closing";
  }

  /** Open, and hello went out. */
  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** Says hello, then takes what came before it. */
  opened(hello: string): void {
    if (this.#state !== "greeting") return;
    this.#state = "ready";
    this.stream = greeted(this.stream);
    this.send(hello);
    const early = this.#early;
    this.#early = undefined;
    for (const text of early ?? []) this.onMessage(text);
    void this.hub.stream.refresh(this);
  }

  // ---- in

  onMessage(text: string): void {
    if (this.#state === "closing") return;
    if (this.#state === "greeting") return this.#keep(text);
    const wait = this.#countFrame();
    if (wait > 0) {
      const error = new ChatError("rate_limited", "Too many frames on this socket.", { retryAfter: Math.ceil(wait) });
      return this.#refuse(undefined, error);
    }
    const decoded = decodeCommand(text);
    if (!decoded.ok) {
      this.fail(decoded.id, decoded.error);
      if (++this.#malformed >= MAX_MALFORMED) this.close(CLOSE.abuse, "too many malformed frames");
      return;
    }
    this.#malformed = 0;
    const { command } = decoded;
    if (this.inFlight >= LIMITS.in_flight) {
      return this.#refuse(
        command.id,
        new ChatError("rate_limited", `At most ${LIMITS.in_flight} commands may wait for their answers.`, {
          retryAfter: 1,
        }),
      );
    }
    runCommand(this, command);
  }

  /** Takes one frame from the socket's own bucket, before it costs anything: 0, or the seconds until there is one. */
  #countFrame(): number {
    const { config, clock } = this.hub.chat;
    if (!config.limits) return 0;
    const { burst, perMinute } = config.rates.commands;
    const now = clock.elapsed();
    const perMs = FRAMES_PER_COMMAND * perMinute / 60_000;
    const more = Math.max(0, now - this.#framesAt) * perMs;
    this.#frames = Math.min(burst * FRAMES_PER_COMMAND, this.#frames + more);
    this.#framesAt = now;
    if (this.#frames < 1) return (1 - this.#frames) / perMs / 1_000;
    this.#frames--;
    return 0;
  }

  onBinary(): void {
    this.close(CLOSE.unsupported, "text frames only");
  }

  onClose(code: number): void {
    this.hub.chat.log.debug("a socket closed", { connection_id: this.id, code });
    this.#detach();
    this.#count(0);
    this.hub.gone(this);
  }

  /** A command that came too fast. */
  #refuse(id: CommandId | undefined, error: ChatError): void {
    this.fail(id, error);
    if (++this.#excess >= MAX_EXCESS) this.close(CLOSE.abuse, "too many commands");
  }

  /** Takes the outcome of the rate limits; false when the command was refused. */
  passes(id: CommandId | undefined, check: () => void): boolean {
    try {
      check();
      this.#excess = 0;
      return true;
    } catch (error) {
      if (error instanceof ChatError) this.#refuse(id, error);
      else this.fail(id, error);
      return false;
    }
  }

  #keep(text: string): void {
    const early = this.#early ??= [];
    early.push(text);
    const length = early.length < 4 ? 0 : early.reduce((sum, frame) => sum + frame.length, 0);
    if (early.length > MAX_EARLY || length > MAX_EARLY_LENGTH) this.close(CLOSE.abuse, "wait for hello");
  }

  // ---- out

  /** Closes the socket instead when too much waits for it: its client resumes. */
  send(text: string): void {
    if (this.#state === "closing") return;
    const waiting = this.sample();
    // one frame alone may be larger, where a small bound was set
    if (waiting > 0 && waiting + text.length > this.hub.sendBudget.maxQueued) {
      this.close(CLOSE.too_slow, "too much was waiting; resume");
      return;
    }
    this.#socket.send(text);
  }

  /** Bytes that wait for it now. */
  sample(): number {
    const queued = this.#state === "closing" ? 0 : this.#socket.bufferedAmount;
    if (queued !== this.queued) this.#count(queued);
    return queued;
  }

  reply(reply: Reply): void {
    this.send(JSON.stringify(reply));
  }

  /** Answers a command that failed; what has no id gets an `error` frame. */
  fail(id: CommandId | undefined, error: unknown): void {
    if (!(error instanceof ChatError)) this.hub.report("a command failed", error, { connection_id: this.id });
    const body = errorBody(error);
    const frame: Reply | ErrorFrame = id === undefined ? { type: "error", error: body } : { re: id, error: body };
    this.send(JSON.stringify(frame));
  }

  // ---- rooms

  isSubscribed(roomId: string): boolean {
    return this.#subscriptions?.has(roomId) === true;
  }

  rejoin(roomId: string, since: string): void {
    join(this, roomId, since, this.hub.chat).catch((error) => {
      this.hub.report("a room could not be joined anew", error, { connection_id: this.id });
      // its client comes back, and resumes or is reset
      this.close(CLOSE.internal, "resume");
    });
  }

  subscribe(subscription: RoomSubscription): void {
    if (this.#state === "closing") return subscription.end();
    this.#subscriptions ??= new Map();
    this.#subscriptions.set(subscription.room.id, subscription);
  }

  /** With a reason it is told. */
  unsubscribe(roomId: string, reason: Unsubscribed["reason"] | null): void {
    const subscription = this.#subscriptions?.get(roomId);
    if (subscription === undefined) return;
    this.#subscriptions?.delete(roomId);
    subscription.end();
    if (reason === null) return;
    const frame: Unsubscribed = { type: "unsubscribed", room_id: roomId, reason };
    this.send(JSON.stringify(frame));
  }

  // ---- the end

  /** Begins to close; nothing is sent or run any more. */
  close(code: number, reason: string): void {
    if (this.#state === "closing") return;
    this.#detach();
    this.#socket.close(code, reason);
  }

  /** Closes, without waiting for a peer that does not read. */
  drop(code: number, reason: string): void {
    this.close(code, reason);
    this.#socket.terminate();
  }

  #detach(): void {
    if (this.#state === "closing") return;
    this.#state = "closing";
    this.#early = undefined;
    this.tokenLife?.stop();
    this.#count(0);
    for (const subscription of this.#subscriptions?.values() ?? []) subscription.end();
    this.#subscriptions = undefined;
    this.hub.leave(this);
  }

  #count(queued: number): void {
    this.hub.sendBudget.total += queued - this.queued;
    this.queued = queued;
  }
}
