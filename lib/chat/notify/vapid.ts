/** The server's key pair for push services (VAPID, RFC 8292), made at the first start and kept: browsers subscribe to it. */
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { type Kv, put } from "../../store/kv.ts";

export interface VapidKeys {
  /** The uncompressed point, base64url. */
  publicKey: string;
  /** The scalar, base64url. */
  privateKey: string;
}

/** The store's keys; of two processes that start at once one makes them. */
export async function vapidKeys(kv: Kv): Promise<VapidKeys> {
  const { result } = await change(kv, [keys.vapid()], async ({ key, value }) => {
    if (value !== null) return { result: value };
    const made = await generate();
    return { result: made, write: { set: [put(key, made)] }, proof: "repeatable" };
  });
  return result;
}

async function generate(): Promise<VapidKeys> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { publicKey: point.toBase64({ alphabet: "base64url", omitPadding: true }), privateKey: d };
}
