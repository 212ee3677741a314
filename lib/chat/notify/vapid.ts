/** The server's own key towards push services (VAPID, RFC 8292): made at the first start, and kept, for browsers subscribe to it. */
import { keys } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";

export interface VapidKeys {
  /** The uncompressed point, base64url. */
  publicKey: string;
  /** The scalar, base64url. */
  privateKey: string;
}

/** Those of the store; of two processes that start at once one makes them. */
export async function vapidKeys(kv: Kv): Promise<VapidKeys> {
  for (let tries = 0; tries < 5; tries++) {
    const { key, value } = await kv.get(keys.vapid());
    if (value !== null) return value;
    await kv.commit({ checks: [{ key, versionstamp: null }], set: [put(keys.vapid(), await generate())] });
  }
  throw new Error("the store does not keep the VAPID keys that are written to it");
}

async function generate(): Promise<VapidKeys> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { publicKey: point.toBase64({ alphabet: "base64url", omitPadding: true }), privateKey: d };
}
