import type { ComponentChildren } from "preact";

/** A link with an icon; its name is for screen readers and shown on hover. */
export function IconLink({ href, label, icon }: { href: string; label: string; icon: ComponentChildren }) {
  return <a class="icon-button" href={href} aria-label={label} title={label}>{icon}</a>;
}
