import type { ComponentChildren } from "preact";

/** A link that is an icon; its name is said and shown on hover. */
export function IconLink({ href, label, icon }: { href: string; label: string; icon: ComponentChildren }) {
  return <a class="icon-button" href={href} aria-label={label} title={label}>{icon}</a>;
}
