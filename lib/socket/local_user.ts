/** A user with at least one socket in this isolate, or who had one a moment ago. */
import type { User } from "../protocol/model.ts";
import type { Connection } from "./connection.ts";
import type { LocalRoom } from "./local_room.ts";

export class LocalUser {
  readonly id: string;
  /** Known once a first `hello` was made. */
  profile: User | undefined;
  readonly connections = new Set<Connection>();
  readonly rooms = new Set<LocalRoom>();
  /** While lists of rooms are being read: what changed meanwhile (true: joined). */
  changes: Map<string, boolean> | undefined;
  listings = 0;
  /** When the last socket went, in milliseconds; 0 while there is one. */
  goneAt = 0;

  constructor(id: string) {
    this.id = id;
  }

  get isOnline(): boolean {
    return this.profile !== undefined && (this.connections.size > 0 || this.goneAt > 0);
  }
}
