/**
 * One socket: decodes, limits and runs the commands that arrive, and limits the bytes that wait to be sent. It is kept
 * small, because a server may have 10,000.
 */
import { ChatError, errorBody } from "../base/errors.ts";
import { randomId } from "../base/ids.ts";
import type { Actor } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import { type CommandId, decodeCommand } from "../protocol/commands.ts";
import type { ErrorFrame, Reply, Unsubscribed } from "../protocol/frames.ts";
import { LIMITS, SUBPROTOCOL } from "../protocol/limits.ts";
import { runCommand } from "./commands.ts";
import { greeted, GREETING } from "./stream_state.ts";
import { join } from "./joining/subscription.ts";
import { TokenLife } from "./token_life.ts";
import type { Admission, PeerListener, PeerSocket } from "./transport/transport.ts";
import type { HubContext, HubSocket, RoomSubscription } from "./hub_context.ts";
import type { LocalUser } from "./local.ts";

/** A socket is closed after this many malformed frames in a row, or this many commands in a row over the rate limit. */
const MAX_MALFORMED = 50;
const MAX_EXCESS = 1_000;
/**
 * Frames that a socket may send for each command that its user may. This also limits malformed frames, which no other
 * limit counts.
 */
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
  /** By room: the running command that later commands to the room wait for (C5). */
  barriers: Map<string, Promise<unknown>> | undefined;
  #early: string[] | undefined;
  /** Bytes that waited to be sent at the last `sample()`. */
  queued = 0;
  inFlight = 0;
  /**
   * The frames left in this socket's own token bucket, where malformed frames count too, and when they were counted.
   */
  #frames = Number.POSITIVE_INFINITY;
  #framesAt = 0;
  #malformed = 0;
  #excess = 0;
  /** The client has reported that its page is being looked at. */
  isActive = false;
  stream = GREETING;
  /** When the session record expires, as last read; milliseconds. */
  expiresAt: number;
  /** Set where the socket was opened with an access token. */
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

  /** Sends `hello`, then runs the frames that arrived before it. */
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

  /**
   * Takes one token from the frame bucket, before the frame is decoded. Returns 0, or the seconds until there is a
   * token.
   */
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

  /** Answers a command that is over the rate limit. */
  #refuse(id: CommandId | undefined, error: ChatError): void {
    this.fail(id, error);
    if (++this.#excess >= MAX_EXCESS) this.close(CLOSE.abuse, "too many commands");
  }

  /** Runs a check of the rate limits. Where it refuses, answers the command and returns false. */
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

  /** Sends a frame. Where too many bytes wait already, closes the socket instead; its client then resumes. */
  send(text: string): void {
    if (this.#state === "closing") return;
    const waiting = this.sample();
    // a single frame may be larger than the limit, where a small limit was set
    if (waiting > 0 && waiting + text.length > this.hub.sendBudget.maxQueued) {
      this.close(CLOSE.too_slow, "too much was waiting; resume");
      return;
    }
    this.#socket.send(text);
  }

  /** Measures how many bytes wait to be sent. */
  sample(): number {
    const queued = this.#state === "closing" ? 0 : this.#socket.bufferedAmount;
    if (queued !== this.queued) this.#count(queued);
    return queued;
  }

  reply(reply: Reply): void {
    this.send(JSON.stringify(reply));
  }

  /** Answers a command that failed. A command without an id is answered by an `error` frame. */
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
    this.hub.arrivals.run(() => join(this, roomId, since, this.hub.chat)).catch((error) => {
      if (!this.isOpen) return;
      this.hub.report("a client could not be subscribed to its room again", error, { connection_id: this.id });
      // the client reconnects, and then its room is resumed or reset
      this.close(CLOSE.internal, "resume");
    });
  }

  subscribe(subscription: RoomSubscription): void {
    if (this.#state === "closing") return subscription.end();
    this.#subscriptions ??= new Map();
    this.#subscriptions.set(subscription.room.id, subscription);
  }

  /** Ends a subscription. With a reason, the client is sent an `unsubscribed` frame. */
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

  /** Begins the closing handshake. From now on nothing is sent, and no command is run. */
  close(code: number, reason: string): void {
    if (this.#state === "closing") return;
    this.#detach();
    this.#socket.close(code, reason);
  }

  /** Closes the socket and drops its connection at once: a peer that does not read would never finish the handshake. */
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
