/** What was typed into a form. By itself: the page asks for it, which does not carry every language (form_state.ts does). */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
