// every part holds all that the page holds, and so what they share stays in one chunk instead of one for each set of parts
import "./chat_page.tsx";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Strings } from "../strings/en.ts";
import { useStrings } from "../strings/context.ts";
import type { PartStrings } from "../strings/en_parts.ts";
import type { Failure } from "../strings/failure.ts";
import { type ChatView, useChat } from "./context.ts";

/**
 * A part of the page that is fetched when it is first wanted: the hook answers null until it is there. Where it cannot
 * be had, it says so.
 */
export function lazy<Part>(fetchPart: () => Promise<Part>) {
  const loaded = signal<{ part: Part } | null>(null);
  const load = async (chat: ChatView) => {
    const [part] = await chat.store.requests.chunk(() =>
      Promise.all([loaded.peek()?.part ?? fetchPart(), chat.loadParts()])
    );
    loaded.value ??= { part };
  };
  const usePart = (wanted: boolean, onFailure?: () => void): Part | null => {
    const chat = useChat();
    useEffect(() => {
      if (!wanted || (loaded.peek() !== null && chat.parts.peek() !== null)) return;
      load(chat).catch(() => {
        onFailure?.();
        chat.store.notice.value = chat.strings.peek().failures.notLoaded;
      });
    }, [wanted]);
    return chat.parts.value === null ? null : loaded.value?.part ?? null;
  };
  return { usePart, load };
}

/** What is said in parts that are fetched later: their own texts, and those that the page came with. */
export function usePartStrings(): Strings & PartStrings {
  const { parts } = useChat();
  const strings = useStrings();
  if (parts.value === null) throw new Error("a part's texts come with it: fetch it by lazy()");
  return joined(strings, parts.value);
}

/** Why something was refused, in the reader's language; `meanwhile` until its words are here. */
export function Refusal({ failure, meanwhile = "" }: { failure: Failure; meanwhile?: string }): string {
  const chat = useChat();
  const parts = chat.parts.value;
  useEffect(() => {
    if (parts === null) chat.loadParts().catch(() => {});
  }, []);
  return parts?.failures.refused(failure) ?? meanwhile;
}

const known = new WeakMap<Strings, Strings & PartStrings>();

/** Group by group. */
function joined(strings: Strings, parts: PartStrings): Strings & PartStrings {
  const all = known.get(strings) ?? join(strings, parts);
  known.set(strings, all);
  return all;
}

function join(strings: Strings, parts: PartStrings): Strings & PartStrings {
  const all: Record<string, unknown> = { ...strings };
  for (const [group, texts] of Object.entries(parts)) {
    const first = all[group];
    all[group] = typeof first === "object" ? { ...first, ...texts } : texts;
  }
  // every group of both is in it, whole
  return all as unknown as Strings & PartStrings;
}
