/** The product's mark, the same drawing as static/favicon.svg. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" class="brand-ground" />
      <path
        class="brand-bubble"
        d="M16 7c5.5 0 9.5 3.6 9.5 8.3s-4 8.3-9.5 8.3c-1 0-2-.1-2.9-.4l-4.5 2.1c-.5.2-1-.2-.9-.7l.6-3.7c-1.1-1.5-1.7-3.4-1.7-5.6C6.500 10.6 10.500 7 16 7Z"
      />
      <path d="M12 13.5h8M12 17.3h5" class="brand-lines" />
    </svg>
  );
}
