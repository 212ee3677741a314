/** `@std/http/server-sent-event-stream`: the part of the published module that we use, under the same names and types. */

export interface ServerSentEventMessage {
  /** Nobody reads it: it keeps the connection from looking idle. */
  comment?: string;
  event?: string;
  data?: string;
  id?: string | number;
  /** How soon to connect again, in milliseconds. */
  retry?: number;
}

const NEWLINE = /\r\n|\r|\n/;

/** Messages in, what EventSource reads out. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class ServerSentEventStream extends TransformStream<ServerSentEventMessage, Uint8Array> {
  constructor() {
    const encoder = new TextEncoder();
    super({ transform: (message, controller) => controller.enqueue(encoder.encode(textOf(message))) });
  }
}

function textOf({ comment, event, data, id, retry }: ServerSentEventMessage): string {
  const lines = [
    ...comment?.split(NEWLINE).map((line) => `:${line}`) ?? [],
    ...event === undefined ? [] : [`event:${oneLine("event", event)}`],
    ...data?.split(NEWLINE).map((line) => `data:${line}`) ?? [],
    ...id === undefined ? [] : [`id:${oneLine("id", String(id))}`],
    ...retry === undefined ? [] : [`retry:${retry}`],
  ];
  return `${lines.join("\n")}\n\n`;
}

function oneLine(field: string, value: string): string {
  if (NEWLINE.test(value)) throw new SyntaxError(`A server-sent event's ${field} cannot hold a newline`);
  return value;
}
