/** A name for each request, so that what its sender saw can be found in the log. */
import { randomId } from "../base/ids.ts";

const ids = new WeakMap<Request, string>();

export function requestId(request: Request): string {
  let id = ids.get(request);
  if (id === undefined) ids.set(request, id = randomId(16));
  return id;
}
