import type { ComponentChildren } from "preact";
import { Notice } from "../parts/forms/field.tsx";
import { type FormState, generalError } from "../parts/forms/form_state.ts";

interface CardProps {
  id: string;
  title: string;
  form: FormState;
  /** The fields that show their own errors. */
  fields?: readonly string[];
  children: ComponentChildren;
}

/** One subject of the settings page, with the result of its form. */
export function Card({ id, title, form, fields = [], children }: CardProps) {
  const general = generalError(form, fields);
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {form.done && <Notice kind="done" message={form.done} />}
      {general && <Notice kind="error" message={general} />}
      {children}
    </section>
  );
}
