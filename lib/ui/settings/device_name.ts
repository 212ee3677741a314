const BROWSERS: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export interface Device {
  browser: string | undefined;
  system: string | undefined;
  /** The name that an API client gave itself. */
  own: string | undefined;
  mobile: boolean;
}

/** "Firefox", "Windows": enough to recognise one's own devices. */
export function deviceName(userAgent: string): Device {
  const find = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  const own = /^[\w.-]{1,30}/.exec(userAgent)?.[0];
  return { browser, system, own, mobile: /iPhone|Android.*Mobile|Mobile.*Firefox/.test(userAgent) };
}
