/** The product's mark, the same drawing as static/favicon.svg. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" class="brand-ground" />
      <path
        class="brand-bubble"
        d="M16 7c5.5 0 9.5 3.6 9.5 8.3s-4 8.3-9.5 8.3c-1 0-2-.1-2.9-.4l-4.5 2.100c-.5.2-1-.2-.9-.7l.6-3.700c-1.100-1.500-1.700-3.400-1.700-5.600C6.500 10.600 10.500 7 16 7Z"
      />
      <circle cx="12.600" cy="15.300" r="1.600" class="brand-ground" />
      <circle cx="19.400" cy="15.300" r="1.600" class="brand-ground" />
    </svg>
  );
}
