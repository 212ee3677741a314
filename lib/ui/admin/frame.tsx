import type { ComponentChildren } from "preact";
import { Notice } from "../parts/forms/field.tsx";
import type { FormState } from "../parts/forms/form_state.ts";
import { IconLink } from "../parts/icon_link.tsx";
import { ArrowLeftIcon } from "../parts/icons.tsx";
import { usePageStrings } from "../strings/context.ts";
import { PostForm } from "../parts/forms/post_form.tsx";

export const ADMIN_SECTIONS = ["overview", "team", "users", "rooms", "invitations", "reports", "audit"] as const;
export type AdminSection = typeof ADMIN_SECTIONS[number];

interface FrameProps {
  section: AdminSection;
  /** How many reports are open. */
  open: number;
  form: FormState;
  children: ComponentChildren;
}

/** The frame of every administration page: its title, links to the other pages, the result of a form. */
export function AdminFrame({ section, open, form, children }: FrameProps) {
  const { admin: t, app } = usePageStrings();
  return (
    <main class="page admin">
      <header class="settings-head">
        <IconLink href="/" label={app.back} icon={<ArrowLeftIcon />} />
        <h1>{t.title}</h1>
      </header>
      <nav class="admin-nav" aria-label={t.title}>
        {ADMIN_SECTIONS.map((one) => (
          <a key={one} href={`/admin/${one}`} aria-current={one === section ? "page" : undefined}>
            {t.sections[one]}
            {one === "reports" && open > 0 && <span class="admin-badge">{open > 99 ? "99+" : open}</span>}
          </a>
        ))}
      </nav>
      {form.done && <Notice kind="done" message={form.done} />}
      {form.error && <Notice kind="error" message={form.error.message} />}
      {children}
    </main>
  );
}

/** A form with one button, and hidden fields that say what it acts on. */
export function ActForm(
  { section, act, of, label, danger, children }: {
    section: AdminSection;
    act: string;
    of: string;
    label: string;
    danger?: boolean;
    children?: ComponentChildren;
  },
) {
  return (
    <PostForm class="admin-act" action={`/admin/${section}`}>
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="of" value={of} />
      {children}
      <button type="submit" class={danger ? "button button-danger" : "button"}>{label}</button>
    </PostForm>
  );
}

export function More({ section, query }: { section: AdminSection; query: string }) {
  const { admin: t } = usePageStrings();
  return (
    <p class="admin-more">
      <a class="button" href={`/admin/${section}?${query}`}>{t.more}</a>
    </p>
  );
}

export function Empty({ text }: { text: string }) {
  return <p class="admin-empty">{text}</p>;
}
