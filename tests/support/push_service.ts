/** A push service and a browser that subscribes to it: what arrives is decrypted as a browser would (RFC 8291). */

import type { PushNote } from "../../lib/chat/notify/push.ts";

export interface Received {
  note: PushNote;
  headers: Headers;
}

export class PushService implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The status that it answers with. */
  status = 201;
  requests = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #pair: CryptoKeyPair;
  readonly #point: Uint8Array<ArrayBuffer>;
  readonly #auth = crypto.getRandomValues(new Uint8Array(16));

  private constructor(pair: CryptoKeyPair, point: Uint8Array<ArrayBuffer>) {
    this.#pair = pair;
    this.#point = point;
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#take(request));
  }

  static async open(): Promise<PushService> {
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    return new PushService(pair, new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  }

  /** The fields of the browser's PushSubscription. */
  subscription(name = "browser") {
    const encode = (bytes: Uint8Array) => bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    return {
      endpoint: `http://127.0.0.1:${this.#server.addr.port}/${name}`,
      keys: { p256dh: encode(this.#point), auth: encode(this.#auth) },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #take(request: Request): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    this.requests++;
    if (this.status === 201) {
      this.received.push({ note: JSON.parse(await this.#decrypt(body)), headers: request.headers });
    }
    return new Response("whatever it says", { status: this.status });
  }

  async #decrypt(body: Uint8Array<ArrayBuffer>): Promise<string> {
    const salt = body.slice(0, 16);
    const length = body[20] ?? 0;
    const senderPoint = body.slice(21, 21 + length);
    const algorithm = { name: "ECDH", namedCurve: "P-256" };
    const sender = await crypto.subtle.importKey("raw", senderPoint, algorithm, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: sender }, this.#pair.privateKey, 256);
    const info = new Uint8Array([...text("WebPush: info\0"), ...this.#point, ...senderPoint]);
    const ikm = await hkdf(new Uint8Array(shared), this.#auth, info, 32);
    const key = await hkdf(ikm, salt, text("Content-Encoding: aes128gcm\0"), 16);
    const nonce = await hkdf(ikm, salt, text("Content-Encoding: nonce\0"), 12);
    const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    const plain = new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, secret, body.slice(21 + length)),
    );
    return new TextDecoder().decode(plain.slice(0, plain.lastIndexOf(2)));
  }
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

async function hkdf(
  key: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, material, length * 8);
  return new Uint8Array(bits);
}
