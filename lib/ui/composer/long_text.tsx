import { usePartStrings } from "../page/part_strings.ts";

interface LongTextProps {
  /** Why it was not sent; "" before a try. */
  error: string;
  onAttach: () => void;
}

/** Shown when the text is longer than a message may be: offers to send it whole, as a file. */
export default function LongText({ error, onAttach }: LongTextProps) {
  const t = usePartStrings().composer;
  return (
    <span>
      {error || t.long} <button type="button" class="link-button" onClick={onAttach}>{t.attachLong}</button>
    </span>
  );
}
