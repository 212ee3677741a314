/** `//host` and `/\host` would leave the site: a path stays a path. What a header cannot carry is encoded. */
export function redirect(pathOrUrl: string, status = 302): Response {
  const location = pathOrUrl.startsWith("/") ? pathOrUrl.replace(/^[/\\]+/, "/") : pathOrUrl;
  // printable ASCII, which every header can carry: anything else is percent-encoded as UTF-8
  const encoded = location.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return new Response(null, { status, headers: { location: encoded } });
}
