import { useSignal } from "@preact/signals";
import { type ChatView, useChat } from "../page/context.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { type Choice, findEmojiChoices, findPeople, findRoomCalls, type Wanted, wantedAt } from "./completion.ts";
import type { User } from "../../protocol/model.ts";

export interface Completion {
  choices: readonly Choice[];
  at: number;
  kind: "@" | ":";
  /** Call it when the text or the caret has changed. */
  update(box: HTMLTextAreaElement): void;
  /** Whether the key was for the list. */
  key(event: KeyboardEvent): boolean;
  hover(index: number): void;
  pick(choice: Choice): void;
  close(): void;
}

/** Completion of people and emoji in the composer. `insert` puts a text in the place of a range. */
export function useCompletion(insert: (text: string, from: number, to: number) => void): Completion {
  const chat = useChat();
  const wanted = useSignal<Wanted | null>(null);
  const choices = useSignal<readonly Choice[]>([]);
  const at = useSignal(0);
  /** Where the reader closed the list: it stays closed for that word. */
  const closed = useSignal(-1);
  const show = (next: Wanted | null, found: readonly Choice[]) => {
    wanted.value = next;
    choices.value = found;
    at.value = 0;
  };
  const close = () => {
    closed.value = wanted.peek()?.from ?? -1;
    show(null, []);
  };
  const pick = (choice: Choice) => {
    const range = wanted.peek();
    show(null, []);
    if (range !== null) insert(choice.text, range.from, range.to);
  };
  return {
    choices: choices.value,
    at: at.value,
    kind: wanted.value?.kind ?? "@",
    hover: (index) => at.value = index,
    pick,
    close,
    update(box) {
      const next = box.selectionStart === box.selectionEnd ? wantedAt(box.value, box.selectionStart) : null;
      if (next === null) closed.value = -1;
      if (next === null || next.from === closed.peek()) return show(null, []);
      if (next.kind === "@") {
        return show(next, [...findPeople(peopleOf(chat), next.query), ...callsOf(chat, next.query)]);
      }
      wanted.value = next;
      // what was typed since then is another question
      findEmojiChoices(next.query).then((found) => wanted.peek() === next && show(next, found), () => {});
    },
    key(event) {
      const list = choices.peek();
      if (list.length === 0 || event.isComposing) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const chosen = list[at.peek()];
      if (step !== undefined) at.value = (at.peek() + step + list.length) % list.length;
      else if (event.key === "Escape") close();
      else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && chosen !== undefined) pick(chosen);
      else return false;
      event.preventDefault();
      return true;
    },
  };
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
