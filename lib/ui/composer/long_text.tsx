import { usePartStrings } from "../page/part_strings.ts";

interface LongTextProps {
  /** Why it was not sent; "" where nobody tried. */
  error: string;
  onAttach: () => void;
}

/** What is written is longer than a message may be: as a file it goes out whole. */
export default function LongText({ error, onAttach }: LongTextProps) {
  const t = usePartStrings().composer;
  return (
    <span>
      {error || t.long} <button type="button" class="link-button" onClick={onAttach}>{t.attachLong}</button>
    </span>
  );
}
