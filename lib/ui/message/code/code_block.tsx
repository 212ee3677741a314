import { useSignal } from "@preact/signals";
import { type RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CheckIcon, CopyIcon } from "../../parts/icons.tsx";
import { useStrings } from "../../strings/context.ts";
import type { Token } from "./highlight.ts";

const COPIED_MS = 2_000;

/** Code as written. It is coloured once it is on the screen. */
export function CodeBlock({ language, text }: { language: string; text: string }) {
  const t = useStrings().code;
  const ref = useRef<HTMLDivElement>(null);
  const tokens = useTokens(ref, language, text);
  return (
    <div class="code-block" ref={ref}>
      {/* it scrolls sideways, so the keyboard must reach it */}
      <pre dir="ltr" tabIndex={0} role="group" aria-label={language || t.name}>
        <code>
          {tokens === null ? text : tokens.map(({ kind, text }, at) =>
            kind === "" ? text : <span key={at} class={`code-${kind}`}>{text}</span>)}
        </code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

function useTokens(ref: RefObject<HTMLElement>, language: string, text: string): readonly Token[] | null {
  const coloured = useSignal<{ text: string; tokens: Token[] } | null>(null);
  useEffect(() => {
    const block = ref.current;
    if (language === "" || block === null) return;
    let current = true;
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      // If the highlighter cannot be fetched, the code stays plain.
      import("./highlight.ts").then(({ highlight }) => highlight(language, text)).then((tokens) => {
        if (current && tokens !== undefined) coloured.value = { text, tokens };
      }).catch(() => {});
    });
    observer.observe(block);
    return () => {
      current = false;
      observer.disconnect();
    };
  }, [language, text]);
  return coloured.value?.text === text ? coloured.value.tokens : null;
}

function CopyButton({ text }: { text: string }) {
  const t = useStrings().code;
  const able = useSignal(false);
  const copied = useSignal(false);
  useEffect(() => {
    // Pages without TLS have no clipboard.
    able.value = navigator.clipboard !== undefined;
  }, []);
  useEffect(() => {
    if (!copied.value) return;
    const timer = setTimeout(() => copied.value = false, COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied.value]);
  if (!able.value) return null;
  const copy = () => navigator.clipboard.writeText(text).then(() => copied.value = true, () => {});
  return (
    <button type="button" class="icon-button code-copy" aria-label={t.copy} title={t.copy} onClick={copy}>
      {copied.value ? <CheckIcon /> : <CopyIcon />}
      <span class="hidden-text" role="status">{copied.value ? t.copied : ""}</span>
    </button>
  );
}
