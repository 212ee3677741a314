import { useSignal } from "@preact/signals";
import type { Entry } from "../../client/room/entries.ts";
import { BanIcon } from "../parts/icons.tsx";
import { useStrings } from "../strings/context.ts";
import { useChat } from "../page/context.ts";
import { MessageRow } from "./message_row.tsx";

interface BlockedRunProps {
  entries: readonly Entry[];
  isHighlighted: (entry: Entry) => boolean;
}

/** A run of messages by blocked people: one line, until the reader opens it. */
export function BlockedRun({ entries, isHighlighted }: BlockedRunProps) {
  const chat = useChat();
  const t = useStrings().blocking;
  const asked = useSignal(false);
  const shown = asked.value || entries.some((entry) => entry.id !== "" && entry.id === chat.revealed.value);
  const toggle = () => {
    asked.value = !shown;
    if (shown) chat.revealed.value = "";
  };
  return (
    <>
      <p class="system blocked-line">
        <BanIcon />
        <span>{t.hidden(entries.length)}</span>
        <button type="button" class="link-button" aria-expanded={shown} onClick={toggle}>
          {shown ? t.hide : t.show}
        </button>
      </p>
      {shown && entries.map((entry, at) =>
        entry.type === "chat_message" && (
          <MessageRow
            key={entry.key}
            entry={entry}
            head={at === 0 || entries[at - 1]?.user_id !== entry.user_id}
            tabbable={false}
            highlighted={isHighlighted(entry)}
          />
        )
      )}
    </>
  );
}
