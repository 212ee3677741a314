import { useLayoutEffect, useRef } from "preact/hooks";
import type { MessageView } from "../../client/room/entries.ts";
import { isolate } from "../../protocol/text/bidi.ts";
import { useChat } from "../page/context.ts";
import { useReactors } from "./use_reactors.ts";
import { usePartStrings } from "../page/part_strings.ts";

const NAMES = 12;

/** Shows the people who gave one reaction, beside it. */
export default function ReactionTip({ id, message, emoji }: { id: string; message: MessageView; emoji: string }) {
  const { locale, reactions: t } = usePartStrings();
  const me = useChat().store.me.value.id;
  const ref = useRef<HTMLSpanElement>(null);
  const { pages } = useReactors(message, emoji, NAMES);
  const shown = pages.items.value;
  useLayoutEffect(() => {
    if (ref.current !== null) keepInside(ref.current);
  }, [shown]);
  if (shown === null) return null;
  const mine = message.mine.includes(emoji);
  const names = [
    ...mine ? [t.you] : [],
    ...shown.filter(({ id }) => id !== me).map((user) => isolate(user.display_name)),
  ];
  const count = message.reactions?.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
  const others = count - names.slice(0, NAMES).length;
  const all = [...names.slice(0, NAMES), ...others > 0 ? [t.others(others)] : []];
  return <span class="reaction-tip" role="tooltip" id={id} ref={ref}>{new Intl.ListFormat(locale).format(all)}</span>;
}

/** Opens to the side that has room: the scrolling timeline would cut it off. */
function keepInside(tip: HTMLElement): void {
  const box = tip.closest(".timeline")?.getBoundingClientRect();
  if (box === undefined) return;
  const { top, right, left } = tip.getBoundingClientRect();
  if (top < box.top) tip.dataset["below"] = "";
  if (right > box.right || left < box.left) tip.dataset["end"] = "";
}
