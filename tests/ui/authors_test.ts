/** The author colours hold their contrast in both themes, computed from the stylesheets themselves. */
import { assert, assertEquals } from "@std/assert";
import { COLORS } from "../../lib/protocol/colors.ts";

type Oklch = [lightness: number, chroma: number, hue: number];
const css = (name: string) => Deno.readTextFileSync(new URL(`../../static/css/${name}`, import.meta.url));
const authors = css("authors.css");
const tokens = css("tokens.css");

Deno.test("account colours: each has a class with the hue of its hex value", () => {
  const found = hues();
  assertEquals(found.length, COLORS.length);
  COLORS.forEach((hex, index) => {
    const difference = Math.abs(((found[index]?.hue ?? 0) - fromHex(hex)[2] + 540) % 360 - 180);
    assert(difference <= 1, `author-${index} is ${difference} degrees off ${hex}`);
  });
});

for (const theme of [0, 1] as const) {
  const name = theme === 0 ? "light" : "dark";
  Deno.test(`account colours: names and initials have a contrast of 4.5:1 in the ${name} theme`, () => {
    for (const { hue, chroma } of hues()) {
      const color = (part: string) => authorColor(part, theme, hue, chroma);
      for (const ground of ["paper", "pane", "raised"]) {
        assertContrast(color("name"), token(ground, theme), `name of hue ${hue} on ${ground}`);
      }
      assertContrast(color("on-tint"), color("tint"), `initials of hue ${hue}`);
    }
  });
  Deno.test(`theme: text and accent have a contrast of 4.5:1 in the ${name} theme`, () => {
    for (const ground of ["paper", "pane", "raised"]) {
      for (const ink of ["ink", "ink-2", "ink-3", "accent", "danger"]) {
        assertContrast(token(ink, theme), token(ground, theme), `${ink} on ${ground}`);
      }
    }
    assertContrast(token("accent-ink", theme), token("accent", theme), "text on the accent");
    assertContrast(token("paper", theme), token("ink", theme), "a toast, and Dismiss in it");
  });
}

function hues(): { hue: number; chroma: number }[] {
  return [...authors.matchAll(/\.author-\d+ \{\s*--hue: ([\d.]+);\s*--chroma: ([\d.]+);/g)]
    .map(([, hue, chroma]) => ({ hue: Number(hue), chroma: Number(chroma) }));
}

function authorColor(part: string, theme: 0 | 1, hue: number, share: number): Oklch {
  const rule = new RegExp(`--author-${part}: light-dark\\(([^;]*)\\);`).exec(authors)?.[1] ?? "";
  const found = [...rule.matchAll(/oklch\(([\d.]+)% calc\(([\d.]+) \*/g)][theme];
  return [Number(found?.[1]) / 100, Number(found?.[2]) * share, hue];
}

function token(name: string, theme: 0 | 1): Oklch {
  const rule = new RegExp(`--${name}: light-dark\\(([^;]*)\\);`).exec(tokens)?.[1] ?? "";
  const found = [...rule.matchAll(/oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)/g)][theme];
  return [Number(found?.[1]) / 100, Number(found?.[2]), Number(found?.[3])];
}

function assertContrast(a: Oklch, b: Oklch, what: string): void {
  const [x, y] = [luminance(a), luminance(b)];
  const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  assert(ratio >= 4.5, `${what}: ${ratio.toFixed(2)}`);
}

/** WCAG's relative luminance; what sRGB cannot show is clipped, as screens do. Matrices: bottosson.github.io/posts/oklab */
function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos(hue * Math.PI / 180);
  const b = chroma * Math.sin(hue * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return 0.2126 * clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
}

function fromHex(hex: string): Oklch {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const x = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    Math.hypot(x, y),
    (Math.atan2(y, x) * 180 / Math.PI + 360) % 360,
  ];
}
