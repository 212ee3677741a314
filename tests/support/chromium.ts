/** Where Debian's Chromium is. Without it this says in one line how to get it, and ends the process. */
export function chromiumPath(): string {
  for (const path of ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]) {
    try {
      Deno.statSync(path);
      return path;
    } catch {
      // the next one
    }
  }
  console.error("The browser tests need Chromium: install it with `apt-get install chromium`.");
  Deno.exit(1);
}
