/** A QR code as one path. The package is fetched with this part alone. */
import { encode } from "uqr";

/** Modules of light ground around the code, without which cameras do not find it. */
const QUIET = 4;

/** `label` says to screen readers what it is for. */
export default function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join("");
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
