/** Placeholders for messages that are being loaded, in about their size. */
export function Skeletons() {
  return (
    <div aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} class="skeleton">
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
