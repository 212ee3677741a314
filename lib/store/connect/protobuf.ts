/** As much of Protocol Buffers as KV Connect's messages need: numbers (varints) and bytes. */

export class Message {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  number(field: number, value: number): this {
    return this.#add(varint(field * 8)).#add(varint(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint(field * 8 + 2)).#add(varint(value.length)).#add(value);
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.encode());
  }

  encode(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = value; left > 127; left = Math.floor(left / 128)) bytes.push(left % 128 | 128);
  bytes.push(Math.floor(value / 128 ** bytes.length));
  return Uint8Array.from(bytes);
}

export interface Field {
  field: number;
  /** Of a number. */
  number: number;
  /** Of bytes: a view. */
  bytes: Uint8Array;
}

const NONE = new Uint8Array();

/** The fields in their order. Throws where the bytes are no message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const read = (): number => {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error("the store's answer ends in the middle");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = read();
    const field = Math.floor(tag / 8);
    if (tag % 8 === 0) yield { field, number: read(), bytes: NONE };
    else if (tag % 8 === 2) {
      const length = read();
      if (at + length > message.length) throw new Error("the store's answer ends in the middle");
      yield { field, number: 0, bytes: message.subarray(at, at += length) };
    } else throw new Error(`the store's answer has a field of another type (${tag % 8})`);
  }
}
