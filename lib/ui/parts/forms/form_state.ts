/** What a form shows after a refusal: the typed values, and what is wrong with them. */
import { ChatError } from "../../../base/errors.ts";
import { text } from "./form_text.ts";
import type { Language } from "../../../protocol/settings.ts";
import { failureText } from "../../strings/tables.ts";

export interface FormState {
  values: Record<string, string>;
  error?: { field: string | undefined; message: string };
  /** Which form this is about, on a page with several. */
  form?: string;
  done?: string;
}

/** Keeps the named fields of a form. Never name a password: it must not be sent back. */
export function kept(form: FormData, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, text(form, name)]));
}

/** An optional field: undefined if it was left empty. */
export function optionalText(form: FormData, name: string): string | undefined {
  return text(form, name).trim() || undefined;
}

/** The optional fields that were filled in. */
export function optionalTexts<N extends string>(form: FormData, names: readonly N[]): { [Name in N]?: string } {
  const texts: { [Name in N]?: string } = {};
  for (const name of names) {
    const value = optionalText(form, name);
    if (value !== undefined) texts[name] = value;
  }
  return texts;
}

/** The form's state after a refusal. Rethrows everything that is not a ChatError. */
export function refusal(error: unknown, language: Language): { field: string | undefined; message: string } {
  if (!(error instanceof ChatError) || error.status >= 500) throw error;
  return { field: error.field, message: failureText(language, error) };
}

/** The message for one field, or undefined. */
export function errorOf(state: FormState, field: string): string | undefined {
  return state.error?.field === field ? state.error.message : undefined;
}

/** The message that belongs to none of the shown fields. */
export function generalError(state: FormState, fields: readonly string[]): string | undefined {
  const { error } = state;
  return error === undefined || (error.field !== undefined && fields.includes(error.field)) ? undefined : error.message;
}
