import { useSignal } from "@preact/signals";
import { diffWordsWithSpace } from "diff";
import { useEffect } from "preact/hooks";
import type { Revision } from "../../client/connection/api.ts";
import type { MessageEntry } from "../../client/room/entries.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { Notice } from "../parts/forms/field.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { useTimes } from "../strings/context.ts";
import { errorText } from "../strings/error_text.ts";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { usePartStrings } from "../page/part_strings.ts";

/** Texts that differ by more than this are shown without marks, so that comparing is bounded. */
const MAX_EDITS = 400;

/** The earlier texts of a message, newest first, with the changes of each edit marked. */
export function HistoryDialog({ entry, onClose }: { entry: MessageEntry; onClose: () => void }) {
  const { store, zone } = useChat();
  const strings = usePartStrings();
  const t = strings.history;
  const message = entry.view.value;
  const earlier = useSignal<Revision[] | null>(null);
  const error = useSignal("");
  useEffect(() => {
    let current = true;
    store.api.listRevisions(message.room_id, message.id).then((found) => {
      if (current) earlier.value = found;
    }, (failure: unknown) => {
      if (current) error.value = errorText(strings, failure);
    });
    return () => void (current = false);
  }, [message.edited_at, message.deleted]);
  const texts = [...earlier.value ?? [], { content: message.content, at: message.edited_at ?? message.timestamp }];
  return (
    <Dialog title={t.title} onClose={onClose}>
      {error.value !== "" && <Notice kind="error" message={error.value} />}
      {message.deleted && <p>{t.deleted}</p>}
      {earlier.value === null && error.value === "" && !message.deleted && <Skeletons />}
      {earlier.value !== null && !message.deleted && (
        <ol class="history">
          {texts.map((text, at) => <Version key={text.at} text={text} before={texts[at - 1]} zone={zone.value} />)
            .reverse()}
        </ol>
      )}
      {(earlier.value?.length ?? 0) >= LIMITS.revisions && <p class="hint">{t.most(LIMITS.revisions)}</p>}
    </Dialog>
  );
}

function Version({ text, before, zone }: { text: Revision; before: Revision | undefined; zone: string }) {
  const times = useTimes();
  return (
    <li>
      <p class="message-note">
        <time dateTime={text.at}>{times.full(text.at, zone)}</time>
      </p>
      <p class="history-text" dir="auto">
        {before === undefined ? text.content : <Difference from={before.content} to={text.content} />}
      </p>
    </li>
  );
}

function Difference({ from, to }: { from: string; to: string }) {
  const parts = diffWordsWithSpace(from, to, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return <>{to}</>;
  return (
    <>
      {parts.map(({ value, added, removed }, at) =>
        added ? <ins key={at}>{value}</ins> : removed ? <del key={at}>{value}</del> : value
      )}
    </>
  );
}
