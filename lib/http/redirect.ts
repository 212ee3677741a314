/**
 * A redirect to a path on this site, or to a URL. `//host` and `/\host` would leave the site, so their leading slashes
 * become one. Characters that a header cannot hold are encoded.
 */
export function redirect(pathOrUrl: string, status = 302): Response {
  const location = pathOrUrl.startsWith("/") ? pathOrUrl.replace(/^[/\\]+/, "/") : pathOrUrl;
  // printable ASCII, which every header can carry: anything else is percent-encoded as UTF-8
  const encoded = location.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return new Response(null, { status, headers: { location: encoded } });
}
