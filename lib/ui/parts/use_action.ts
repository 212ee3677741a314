import { type Signal, useSignal } from "@preact/signals";
import { errorText } from "../strings/error_text.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface Action {
  busy: Signal<boolean>;
  /** The wrong field, if the server named one, and a sentence. */
  error: Signal<{ field: string | undefined; message: string } | null>;
  run(work: () => Promise<unknown>): Promise<void>;
}

/** A button's task: whether it is running, and a sentence if it failed. */
export function useAction(): Action {
  const strings = usePartStrings();
  const busy = useSignal(false);
  const error = useSignal<{ field: string | undefined; message: string } | null>(null);
  const run = async (work: () => Promise<unknown>) => {
    if (busy.peek()) return;
    busy.value = true;
    error.value = null;
    try {
      await work();
    } catch (failure) {
      const field = failure instanceof Error && "field" in failure && typeof failure.field === "string"
        ? failure.field
        : undefined;
      error.value = { field, message: errorText(strings, failure) };
    } finally {
      busy.value = false;
    }
  };
  return { busy, error, run };
}
