import type { ComponentChildren } from "preact";
import { ServerMark } from "./server_brand.tsx";

interface SheetProps {
  title: string;
  sentence: string;
  foot?: ComponentChildren;
  children: ComponentChildren;
}

/** The single column of sign-in pages. */
export function Sheet({ title, sentence, foot, children }: SheetProps) {
  return (
    <main class="page">
      <div class="sheet">
        <header class="sheet-head">
          <ServerMark />
          <h1>{title}</h1>
          <p>{sentence}</p>
        </header>
        {children}
        {foot && <p class="sheet-foot">{foot}</p>}
      </div>
    </main>
  );
}
