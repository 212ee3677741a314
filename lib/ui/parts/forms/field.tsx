import type { InputHTMLAttributes } from "preact";
import { AlertIcon } from "../icons.tsx";

interface FieldProps extends InputHTMLAttributes {
  label: string;
  name: string;
  hint?: string;
  error?: string | undefined;
}

/** A labelled input with its hint and its error beside it, tied together for screen readers. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = input.id?.toString() ?? `field-${input.name}`;
  const describedBy = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        class="input"
        dir={input.type === undefined || input.type === "text" ? "auto" : undefined}
        {...input}
        id={id}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={describedBy}
      />
      {error && <FieldError id={`${id}-error`} message={error} />}
      {hint && !error && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

export function FieldError({ id, message }: { id?: string; message: string }) {
  return (
    <p class="error" id={id} role="alert">
      <AlertIcon />
      <span>{message}</span>
    </p>
  );
}

/** The result of a whole form. */
export function Notice({ kind, message }: { kind: "done" | "error"; message: string }) {
  return kind === "error"
    ? (
      <p class="notice notice-error" role="alert">
        <AlertIcon />
        <span>{message}</span>
      </p>
    )
    : <p class="notice" role="status">{message}</p>;
}
