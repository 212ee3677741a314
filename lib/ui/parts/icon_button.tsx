import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";

interface IconButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "label"> {
  label: string;
  icon: ComponentChildren;
  buttonRef?: Ref<HTMLButtonElement>;
}

/**
 * A button with an icon; its name is for screen readers and shown on hover. It needs scripts, so it is hidden without
 * them.
 */
export function IconButton({ label, icon, buttonRef, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button only-live ${rest.class ?? ""}`}
      aria-label={label}
      title={label}
      {...(buttonRef ? { ref: buttonRef } : {})}
    >
      {icon}
    </button>
  );
}
