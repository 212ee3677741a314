import { sizeText } from "../message/files.tsx";
import { usePageStrings, useStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";

/** How much of the reader's quota for files is left. */
export function FilesCard({ used, most }: { used: number; most: number }) {
  const { locale } = useStrings();
  const { quota: t } = usePageStrings();
  const sentence = t.used(sizeText(used, locale), sizeText(most, locale));
  return (
    <Card id="files" title={t.title} form={{ values: {} }}>
      <meter class="quota" min={0} max={most} high={most * 0.9} value={used} aria-label={sentence} />
      <p>{sentence}</p>
      <p class="hint">{t.hint}</p>
    </Card>
  );
}
