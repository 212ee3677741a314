import { useEffect } from "preact/hooks";
import { useChat } from "../page/context.ts";
import { useStrings } from "../strings/context.ts";

const SHOWN_MS = 8_000;

/** Shows for a while a sentence on what did not work. */
export function Toast() {
  const { notice } = useChat().store;
  const t = useStrings().dialog;
  const text = notice.value;
  useEffect(() => {
    if (text === "") return;
    const timer = setTimeout(() => notice.value = "", SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div role="status">
      {text !== "" && (
        <div class="toast">
          {text}
          <button type="button" class="link-button" onClick={() => notice.value = ""}>{t.dismiss}</button>
        </div>
      )}
    </div>
  );
}
