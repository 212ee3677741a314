import { batch, signal } from "@preact/signals";
import type { ChatView } from "../page/context.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { type Choice, findEmojiChoices, findPeople, findRoomCalls, type Wanted, wantedAt } from "./completion.ts";
import type { User } from "../../protocol/model.ts";
import type { WritableText } from "./writing_part.ts";

/** Completion of people and emoji in the composer. */
export class Completion {
  readonly #chat: ChatView;
  readonly #wanted = signal<Wanted | null>(null);
  readonly choices = signal<readonly Choice[]>([]);
  /** The one that Enter takes. */
  readonly at = signal(0);
  /** Where the reader closed the list: it stays closed for that word. */
  #closed = -1;

  constructor(chat: ChatView) {
    this.#chat = chat;
  }

  get kind(): "@" | ":" {
    return this.#wanted.value?.kind ?? "@";
  }

  /** Call it when the text or the caret has changed. */
  update(box: HTMLTextAreaElement): void {
    const next = box.selectionStart === box.selectionEnd ? wantedAt(box.value, box.selectionStart) : null;
    if (next === null) this.#closed = -1;
    if (next === null || next.from === this.#closed) return this.#show(null, []);
    if (next.kind === "@") {
      return this.#show(next, [...findPeople(peopleOf(this.#chat), next.query), ...callsOf(this.#chat, next.query)]);
    }
    this.#wanted.value = next;
    // what was typed since then is another question
    findEmojiChoices(next.query).then((found) => this.#wanted.peek() === next && this.#show(next, found), () => {});
  }

  /** Whether the key was for the list. */
  key(event: KeyboardEvent, text: WritableText): boolean {
    const list = this.choices.peek();
    if (list.length === 0 || event.isComposing) return false;
    const { at } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = list[at.peek()];
    if (step !== undefined) at.value = (at.peek() + step + list.length) % list.length;
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen !== undefined) {
      this.pick(chosen, text);
    } else return false;
    event.preventDefault();
    return true;
  }

  pick(choice: Choice, text: WritableText): void {
    const range = this.#wanted.peek();
    this.#show(null, []);
    if (range !== null) text.insert(choice.text, range.from, range.to);
  }

  close(): void {
    this.#closed = this.#wanted.peek()?.from ?? -1;
    this.#show(null, []);
  }

  #show(next: Wanted | null, found: readonly Choice[]): void {
    batch(() => {
      this.#wanted.value = next;
      this.choices.value = found;
      this.at.value = 0;
    });
  }
}

/** Calling everybody, where it is heard. */
function callsOf({ store, strings }: ChatView, query: string): Choice[] {
  const room = store.activeInfo.peek();
  if (room === null || room.kind === "direct") return [];
  if (room.members > LIMITS.room_call_members && room.role === "member") return [];
  const { everybody, present } = strings.peek().mentions;
  return findRoomCalls(query, { room: everybody, here: present });
}

const byName = new Intl.Collator("en", { numeric: true });

/** Who spoke last comes first, then everybody else; oneself is not somebody to call. */
function peopleOf({ store, members }: ChatView): User[] {
  const me = store.me.peek().id;
  const authors = (store.activeRoom.peek()?.entries.peek() ?? []).flatMap((entry) =>
    entry.type === "chat_message" ? [{ ...entry.view.peek(), id: entry.user_id }] : []
  );
  const others = members.toSorted((a, b) => byName.compare(a.display_name, b.display_name));
  return [...authors.reverse(), ...others].filter((user) => user.id !== me);
}
