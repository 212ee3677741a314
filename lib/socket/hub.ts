/**
 * The hub. Each isolate has one: it keeps the rooms that local users follow, the local users and their sockets, and
 * handles the signals of the bus.
 */
import type { Signal } from "../bus/bus.ts";
import type { Chat } from "../chat/chat.ts";
import { ChatError } from "../base/errors.ts";
import type { LogFields } from "../base/log.ts";
import type { Counter } from "../base/metrics.ts";
import type { CommandType } from "../protocol/commands.ts";
import { Arrivals } from "./joining/arrivals.ts";
import { SessionEnds } from "./session_ends.ts";
import type { HubContext } from "./hub_context.ts";
import { Follower } from "./follower.ts";
import { Members } from "./joining/members.ts";
import { SendBudget } from "./outgoing.ts";
import { Ephemera } from "./ephemera.ts";
import { ProfileNews } from "./profile_news.ts";
import { RemotePresence } from "./remote_presence.ts";
import { Recounts } from "./recounts.ts";
import { SharedReads } from "./joining/shared_reads.ts";
import { UserStream } from "./user_stream.ts";
import { type LocalRoom, type LocalSocket, LocalUser } from "./local.ts";

/** After their last socket closed, a user counts as online for this long (a reload, a change of networks). */
const GRACE_MS = 5_000;

export class Hub implements HubContext {
  readonly chat: Chat;
  readonly rooms = new Map<string, LocalRoom>();
  readonly users = new Map<string, LocalUser>();
  /** Every socket that is not closed on both sides. */
  readonly connections = new Set<LocalSocket>();
  readonly sendBudget: SendBudget;
  readonly follower: Follower;
  readonly sessionEnds: SessionEnds;
  readonly members: Members;
  readonly ephemera: Ephemera;
  readonly remotePresence: RemotePresence;
  readonly stream: UserStream;
  readonly recounts: Recounts;
  readonly profiles: ProfileNews;
  readonly reads: SharedReads;
  readonly arrivals: Arrivals;
  /** How many sockets each address has. */
  readonly addresses = new Map<string, number>();
  /** Commands that wait for their answers, over all sockets. */
  inFlight = 0;
  isDraining = false;
  isClosed = false;
  /** Events handed to sockets. */
  readonly delivered: Counter;
  readonly #commands = new Map<CommandType, Counter>();
  readonly #leaving = new Set<LocalUser>();
  readonly #delays = new Set<() => void>();
  readonly #cancels: (() => void)[];

  constructor(chat: Chat) {
    this.chat = chat;
    this.sendBudget = new SendBudget(chat.config);
    this.follower = new Follower(this);
    this.sessionEnds = new SessionEnds(this);
    this.members = new Members(this);
    this.ephemera = new Ephemera(this);
    this.remotePresence = new RemotePresence(this);
    this.stream = new UserStream(this);
    this.recounts = new Recounts(this);
    this.profiles = new ProfileNews(this);
    this.reads = new SharedReads(this);
    this.arrivals = new Arrivals(chat.clock);
    this.#cancels = [
      chat.bus.subscribe((signal) => this.#take(signal)),
    ];
    this.delivered = chat.metrics.counter("parley_deliveries_total", "Events handed to sockets.");
    this.remotePresence.start();
  }

  close(): void {
    this.isClosed = true;
    for (const cancel of this.#cancels) cancel();
    this.follower.close();
    this.sessionEnds.close();
    this.ephemera.close();
    this.reads.close();
    for (const end of this.#delays) end();
  }

  report(what: string, error: unknown, fields: LogFields = {}): void {
    if (this.isClosed) return;
    const unexpected = !(error instanceof ChatError);
    const text = error instanceof Error ? (unexpected ? error.stack ?? error.message : error.message) : String(error);
    if (unexpected) this.chat.log.error(what, { ...fields, error: text });
    else this.chat.log.warn(what, { ...fields, error: text });
  }

  /** Resolves to false after a while, or at once when the hub closes. */
  delay(ms: number): Promise<false> {
    if (this.isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#delays.delete(end);
        resolve(false);
      };
      const cancel = this.chat.clock.after(ms, end);
      this.#delays.add(end);
    });
  }

  /** Counts a command that is run. */
  counted(type: CommandType): void {
    let counter = this.#commands.get(type);
    if (counter === undefined) {
      counter = this.chat.metrics.counter("parley_commands_total", "Commands of sockets that were run.", { type });
      this.#commands.set(type, counter);
    }
    counter.add();
  }

  // ---- users

  /** Registers a new socket and returns its user. */
  arrive(connection: LocalSocket): LocalUser {
    const { user_id } = connection.actor;
    const user = this.users.get(user_id) ?? new LocalUser(user_id);
    this.users.set(user_id, user);
    user.connections.add(connection);
    user.goneAt = 0;
    this.#leaving.delete(user);
    this.connections.add(connection);
    this.#countAddress(connection.address, 1);
    return user;
  }

  /** Takes a socket away from its user: nothing is sent to it any more. */
  leave(connection: LocalSocket): void {
    const { user } = connection;
    user.connections.delete(connection);
    if (connection.isActive) {
      connection.isActive = false;
      this.tellActive(connection);
    }
    if (user.connections.size > 0 || this.users.get(user.id) !== user) return;
    user.goneAt = this.chat.clock.elapsed();
    this.#leaving.add(user);
  }

  /** Publishes whether the socket's page is being looked at (chat/notify/activity.ts). */
  tellActive({ actor: { user_id }, id, isActive }: LocalSocket): void {
    this.chat.bus.publish({ type: "active", user_id, connection_id: id, active: isActive });
  }

  /** Forgets a socket that is closed on both sides. */
  gone(connection: LocalSocket): void {
    if (this.connections.delete(connection)) this.#countAddress(connection.address, -1);
  }

  #countAddress(address: string, more: 1 | -1): void {
    const count = (this.addresses.get(address) ?? 0) + more;
    if (count > 0) this.addresses.set(address, count);
    else this.addresses.delete(address);
  }

  /** Takes users offline whose grace time is over. */
  sweepUsers(now: number): void {
    for (const user of this.#leaving) {
      if (now - user.goneAt < GRACE_MS) continue;
      this.#leaving.delete(user);
      this.members.forget(user);
      this.users.delete(user.id);
    }
  }

  /** The control log can be read again (D6b): what was not delivered meanwhile is delivered now. */
  resumeFeeding(): void {
    this.follower.resume();
    for (const connection of this.connections) void this.stream.refresh(connection);
  }

  #take(signal: Signal): void {
    switch (signal.type) {
      case "events":
        return this.follower.take(signal.room_id, signal.events);
      case "typing": {
        const room = this.rooms.get(signal.room_id);
        if (room !== undefined && room.subscribers.size > 0) this.ephemera.typing(room, signal.user, signal.typing);
        return;
      }
      case "control":
        // ends the sockets at once, before the verb that ended their sessions returns; the log is read as well
        if (signal.ended !== undefined) this.sessionEnds.end(signal.ended);
        return void this.sessionEnds.read().catch(() => {}); // reported; the poll tries again
      case "user":
        if (signal.read !== undefined) {
          this.ephemera.marked(signal.user_id, signal.read.room_id);
          this.recounts.marked(signal.user_id, signal.read.room_id, signal.read.mark.seq);
        }
        return this.stream.send(signal.user_id, signal.line);
      case "profile":
        return this.profiles.take(signal.user);
      case "trimmed": {
        const room = this.rooms.get(signal.room_id);
        if (room !== undefined) this.recounts.changed(room, signal.floor);
        return this.stream.trimmed(signal.room_id, signal.floor, signal.messages);
      }
      case "wake":
        return this.follower.wake(signal.shard);
      case "joined":
        return this.follower.joined(signal.room_id, signal.user_id, signal.seq);
      case "presence":
        return this.remotePresence.take(signal);
      case "who":
        return this.remotePresence.tellAll();
      case "lapse":
        if (signal.user_id === undefined) this.profiles.lapsed();
        return void this.stream.refreshAll(signal.user_id);
      case "stale":
        return signal.of === "room" ? this.stream.roomStale(signal.id) : void this.profiles.look(signal.id);
    }
  }
}
