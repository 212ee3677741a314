/** Messages on their way, in the size they will have. */
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
