/**
 * Reads a text field of a form. A module of its own, because the chat page uses it and must not load every language, as
 * form_state.ts does.
 */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
