import type { Room } from "../../protocol/model.ts";
import { useChat } from "../page/context.ts";
import { roomFilter } from "./search_hints.ts";
import { usePartStrings } from "../page/part_strings.ts";

/** Examples of searches; pressing one uses it. */
export function SearchHelp({ room, onPick }: { room: Room | null; onPick: (text: string) => void }) {
  const { store } = useChat();
  const t = usePartStrings().search;
  const name = room === null || room.kind === "direct" ? "general" : room.name;
  const examples = [
    [t.example, t.both],
    [`"${t.example}"`, t.phrase],
    [`from:@${store.me.value.username} in:${roomFilter(name)}`, t.who(name)],
    ["has:link", t.what],
    [`${t.example} after:2026-01-31`, t.when],
  ] as const;
  return (
    <div class="search-help">
      <h2>{t.help}</h2>
      <ul>
        {examples.map(([text, about]) => (
          <li key={text}>
            <button type="button" class="search-value" onClick={() => onPick(text)}>{text}</button>
            <span>{about}</span>
          </li>
        ))}
      </ul>
      <p class="only-wide">{t.keys}</p>
    </div>
  );
}
