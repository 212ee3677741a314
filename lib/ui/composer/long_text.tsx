import { usePartStrings } from "../page/part_strings.ts";

/** What is written is longer than a message may be: as a file it goes out whole. */
export default function LongText({ onAttach }: { onAttach: () => void }) {
  const t = usePartStrings().composer;
  return (
    <p class="composer-error" role="status">
      <span>{t.long}</span>
      <button type="button" class="link-button" onClick={onAttach}>{t.attachLong}</button>
    </p>
  );
}
