/** The sockets of one server: admits them, connects them to the hub, and ends them. Made by lib/server/server.ts. */
import { clientAddress, networkOf } from "../http/address.ts";
import { type Chat, NOBODY_ONLINE, type Presence } from "../chat/chat.ts";
import { sessionEnd } from "../chat/sign_in/session_end.ts";
import { authenticate } from "../chat/sign_in/sessions.ts";
import { readCookie } from "../chat/sign_in/cookies.ts";
import { ChatError } from "../base/errors.ts";
import { refuseHost } from "../http/hosts.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import { bearerOf, checkUpgrade, refusal, subprotocolOf } from "./admission.ts";
import { Connection } from "./connection.ts";
import { endSession } from "./session_ends.ts";
import { Hub } from "./hub.ts";
import type { Admission, PeerListener, PeerSocket, SocketDoor } from "./transport/transport.ts";

const SESSION_SWEEP_MS = 15_000;
/**
 * Clients of a stopping server reconnect at a random time within this, so that they do not all return at once
 * (thundering herd).
 */
const SPREAD_MS = 5_000;
/** How long it may take to decide whether a handshake is accepted. */
const ADMIT_MS = 10_000;
const FINISH_MS = 1_200;
const GOODBYE_MS = 700;

export class Sockets implements SocketDoor, AsyncDisposable {
  readonly #chat: Chat;
  readonly #hub: Hub;
  readonly #cancel: () => void;
  #draining: Promise<void> | undefined;

  private constructor(chat: Chat) {
    this.#chat = chat;
    this.#hub = new Hub(chat);
    this.#cancel = chat.clock.every(SESSION_SWEEP_MS, () => void this.#sweepSessions());
    this.#register();
    chat.presence = presenceIn(this.#hub);
    this.admit = this.admit.bind(this);
    this.onSocket = this.onSocket.bind(this);
  }

  /** Reads where the control log ends, and follows the bus from then on. */
  static async open(chat: Chat): Promise<Sockets> {
    const sockets = new Sockets(chat);
    try {
      await sockets.#hub.sessionEnds.start();
      return sockets;
    } catch (error) {
      sockets.#stop();
      throw error;
    }
  }

  /** How many are open. */
  get count(): number {
    return this.#hub.connections.size;
  }

  /** Bytes that were last seen waiting for all of them together (D7). */
  get queuedBytes(): number {
    return this.#hub.sendBudget.total;
  }

  /** How many sockets have had their hello. */
  get readyCount(): number {
    let count = 0;
    for (const connection of this.#hub.connections) if (connection.isReady) count++;
    return count;
  }

  /** Resolves when the sockets of every session that has ended so far are closing (D6b). */
  async sessionsEnded(): Promise<void> {
    await this.#hub.sessionEnds.read();
  }

  #register(): void {
    const { metrics } = this.#chat;
    const hub = this.#hub;
    metrics.gauge("parley_sockets", "Open sockets.", () => hub.connections.size);
    metrics.gauge("parley_users_connected", "Users with a socket, in each isolate.", () => hub.users.size);
    metrics.gauge("parley_rooms_followed", "Rooms with connected members, in each isolate.", () => hub.rooms.size);
    metrics.gauge("parley_queued_bytes", "Bytes last seen waiting for sockets.", () => hub.sendBudget.total);
    metrics.gauge("parley_commands_in_flight", "Commands of sockets that wait for their replies.", () => hub.inFlight);
  }

  // ---- coming in

  async admit(request: Request, remoteAddress: string): Promise<Response | Admission> {
    try {
      return await this.#inTime(this.#admit(request, remoteAddress));
    } catch (error) {
      if (!(error instanceof ChatError)) this.#hub.report("a socket could not be admitted", error);
      return refusal(error);
    }
  }

  /** Limits the time of a handshake: while the store hangs, waiting peers would pile up. */
  async #inTime<T>(deciding: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#chat.clock.after(ADMIT_MS, () => {
      late.reject(new ChatError("overloaded", "The server is too busy for new sockets. Try again.", { retryAfter: 5 }));
    });
    try {
      return await Promise.race([deciding, late.promise]);
    } finally {
      cancel();
    }
  }

  async #admit(request: Request, remoteAddress: string): Promise<Admission> {
    const { config } = this.#chat;
    if (this.#hub.isDraining) {
      throw new ChatError("shutting_down", "The server is stopping. Connect again soon.", { retryAfter: 5 });
    }
    const badHost = refuseHost(request, config);
    if (badHost !== null) throw badHost;
    checkUpgrade(request, config);
    const remote = { transport: "tcp", hostname: remoteAddress, port: 0 } as const;
    const from = clientAddress(request, remote, config);
    const address = networkOf(from);
    if (config.limits && (this.#hub.addresses.get(address) ?? 0) >= config.maxSocketsPerAddress) {
      throw new ChatError("rate_limited", "Too many sockets from your address. Close some.", { retryAfter: 10 });
    }
    const controlHead = this.#hub.sessionEnds.head;
    const cookie = readCookie(config, request.headers);
    const actor = await authenticate(this.#chat, { cookie, bearer: bearerOf(request), address: from });
    // opening one costs more than most commands: it counts as one
    this.#chat.rates.checkCommand(actor?.user_id ?? null, address);
    if (actor === null) {
      throw new ChatError("unauthorized", "Sign in first: POST /api/users/login, then connect again.");
    }
    const open = this.#hub.users.get(actor.user_id)?.connections.size ?? 0;
    if (config.limits && open >= config.maxSocketsPerUser) {
      throw new ChatError("rate_limited", "You have too many sockets open. Close some.", { retryAfter: 10 });
    }
    const { renewed: _, ...known } = actor;
    return {
      actor: { ...known, address: from },
      address,
      subprotocol: subprotocolOf(request),
      controlHead,
    };
  }

  onSocket(socket: PeerSocket, admission: Admission): PeerListener {
    const connection = new Connection(this.#hub, socket, admission);
    const ended = this.#hub.sessionEnds.hasEnded(connection, admission.controlHead);
    if (this.#hub.isDraining) connection.close(CLOSE.going_away, goodbye());
    else if (ended !== undefined) endSession(connection, ended);
    else if (this.#isOverCap(connection)) connection.close(CLOSE.replaced, "too many sockets");
    else void this.#hub.stream.greet(connection);
    return connection;
  }

  /** Checks the caps again: sockets that were admitted at the same moment did not count one another. */
  #isOverCap({ user, address }: Connection): boolean {
    const { limits, maxSocketsPerUser, maxSocketsPerAddress } = this.#chat.config;
    return limits &&
      (user.connections.size > maxSocketsPerUser || (this.#hub.addresses.get(address) ?? 0) > maxSocketsPerAddress);
  }

  /** Closes sockets whose session record has expired. The record is read again first: using the session prolongs it. */
  async #sweepSessions(): Promise<void> {
    const now = this.#chat.clock.now();
    for (const connection of this.#hub.connections) {
      if (!connection.isOpen || connection.expiresAt > now) continue;
      try {
        const end = await sessionEnd(this.#chat, connection.actor);
        if (end === null) connection.close(CLOSE.session_ended, "expired");
        else connection.expiresAt = end;
      } catch (error) {
        return this.#hub.report("sessions could not be read", error);
      }
    }
  }

  // ---- the end

  /** Refuses new sockets, lets running commands finish, then closes all sockets. Takes less than 4 s; idempotent. */
  drain(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    this.#hub.isDraining = true;
    await settle(FINISH_MS, () => this.#hub.inFlight === 0);
    for (const connection of this.#hub.connections) connection.close(CLOSE.going_away, goodbye());
    await settle(GOODBYE_MS, () => this.#hub.connections.size === 0);
    for (const connection of this.#hub.connections) connection.drop(CLOSE.going_away, "");
    this.#stop();
  }

  #stop(): void {
    this.#cancel();
    this.#hub.close();
    this.#chat.presence = NOBODY_ONLINE;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }
}

function presenceIn({ users, remotePresence }: Hub): Presence {
  return {
    isOnline: (userId) => users.get(userId)?.isOnline === true || remotePresence.isOnline(userId),
    rooms: function* (userId) {
      for (const { id } of users.get(userId)?.rooms ?? []) yield id;
      yield* remotePresence.roomsOf(userId);
    },
  };
}

function goodbye(): string {
  return `retry in ${Math.floor(Math.random() * SPREAD_MS)}`;
}

/**
 * Waits until `isDone` is true, at most `ms` milliseconds of real time, not of the injected clock: the process is about
 * to end.
 */
async function settle(ms: number, isDone: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  while (!isDone() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
}
