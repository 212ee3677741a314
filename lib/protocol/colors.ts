/**
 * The 24 author colours. An account keeps one; the client shows `author-0` … `author-23`, whose lightness and chroma
 * each theme fixes so that names keep 4.5:1 against the ground.
 */
// deno-fmt-ignore
export const COLORS = [
  "#e5484d", "#e54666", "#d6409f", "#ab4aba", "#8e4ec6", "#6e56cf",
  "#5b5bd6", "#3e63dd", "#0090ff", "#0797b9", "#00a2c7", "#12a594",
  "#29a383", "#30a46c", "#46a758", "#689f38", "#978365", "#a18072",
  "#ad7f58", "#f76b15", "#d97706", "#c2410c", "#be185d", "#64748b",
] as const;

/** The CSS class of an account's colour; the first one for a value that is not in the table. */
export function colorClass(color: string): string {
  return `author-${Math.max(0, COLORS.indexOf(color as typeof COLORS[number]))}`;
}
