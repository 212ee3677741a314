/** The turns of a process (room_turn.ts): those of all its rooms read the store together. */
import { RoomTurn, type RoomTurnOptions } from "./room_turn.ts";

/** How often the first of a list reads its record. */
const POLL_MS = 10;

/** Calls `run` after so many milliseconds. Returns the function that cancels it. */
export type Timer = (ms: number, run: () => void) => () => void;

export const realTimer: Timer = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The turns of the rooms to which this process appended of late; they outlive a room's queue. */
export class Turns {
  readonly #options: Omit<RoomTurnOptions, "roomId" | "poll">;
  readonly #timer: Timer;
  /** The one used longest ago is the first. */
  readonly #turns = new Map<string, RoomTurn>();

  #next: Promise<void> | undefined;

  constructor(options: Omit<RoomTurnOptions, "roomId" | "poll">, timer: Timer) {
    this.#options = options;
    this.#timer = timer;
  }

  of(roomId: string): RoomTurn {
    const turn = this.#turns.get(roomId) ?? new RoomTurn({ ...this.#options, roomId, poll: () => this.#poll() });
    this.#turns.delete(roomId);
    for (const [other, { isRecent }] of this.#turns) {
      if (isRecent) break;
      this.#turns.delete(other);
    }
    this.#turns.set(roomId, turn);
    turn.begun();
    return turn;
  }

  /** All rooms that wait read their records at the same moment, so that these are one request. */
  #poll(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#timer(POLL_MS, () => {
        this.#next = undefined;
        resolve();
      });
    });
    return this.#next;
  }
}
