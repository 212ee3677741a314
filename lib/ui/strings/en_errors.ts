/** What the server refuses, in English: its own sentence, with a field by the name that the page gives it. */
import type { Failure } from "./failure.ts";

const FIELDS = new Map<string, string>([
  ["username", "The username"],
  ["display_name", "The display name"],
  ["password", "The password"],
  ["new_password", "The new password"],
  ["current_password", "The current password"],
  ["name", "The name"],
  ["topic", "The topic"],
  ["content", "A message"],
  ["reason", "The reason"],
]);

export function refusedEn({ field = "", message }: Failure): string {
  const label = FIELDS.get(field);
  return label !== undefined && message.startsWith(`"${field}"`) ? label + message.slice(field.length + 2) : message;
}
