/**
 * Bodies that need no stream: an answer whose text is known, and a request whose length is. `node:http` writes or reads
 * these in one piece; a stream costs several times as much as the rest of a small request.
 */

const texts = new WeakMap<Response, string>();

/** A Response with this text. Whoever makes another Response of it gets a stream, as ever. */
export function textResponse(text: string, init: ResponseInit): Response {
  const response = new Response(text, init);
  texts.set(response, text);
  return response;
}

/** The whole text of an answer that textResponse() made. */
export function textOf(response: Response): string | undefined {
  return texts.get(response);
}

const whole = new WeakSet<Request>();

/** Says that the request's `arrayBuffer()` reads its body without a stream. */
export function readableWhole(request: Request): void {
  whole.add(request);
}

export function isReadableWhole(request: Request): boolean {
  return whole.has(request);
}
