/** This browser's web push subscription, for the session that is signed in. */
import type { LazyApi } from "../connection/page_api.ts";

/** The part of the browser's push API that is used. */
export interface PushService {
  getSubscription(): Promise<Subscription | null>;
  subscribe(options: { userVisibleOnly: boolean; applicationServerKey: string }): Promise<Subscription>;
}
interface Subscription {
  unsubscribe(): Promise<boolean>;
  toJSON(): { endpoint?: string; keys?: Record<string, string> };
}
type PushApi = Pick<LazyApi, "push" | "subscribePush" | "unsubscribePush">;

/** null: this browser has no push API, or not on this page (it needs https or a loopback address). */
async function pushService(): Promise<PushService | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  return (await navigator.serviceWorker.getRegistration())?.pushManager ?? null;
}

/**
 * Whether the browser and the server both have the subscription: on sign-out the server forgets it and the browser does
 * not.
 */
export async function isPushed(api: PushApi, find = pushService): Promise<boolean> {
  try {
    const known = await (await find())?.getSubscription();
    return known !== null && known !== undefined && (await api.push()).subscribed;
  } catch {
    return false;
  }
}

/** Returns false if this browser cannot. Call it only after a click: the browser may ask for permission. */
export async function subscribe(api: PushApi, find = pushService): Promise<boolean> {
  const service = await find();
  if (service === null) return false;
  const { public_key } = await api.push();
  const options = { userVisibleOnly: true, applicationServerKey: public_key };
  const subscription = await service.subscribe(options).catch(async (error: unknown) => {
    // A subscription with another key (of an earlier server at this address) would make `subscribe` fail.
    const old = await service.getSubscription();
    if (!await old?.unsubscribe()) throw error;
    return await service.subscribe(options);
  });
  const { endpoint, keys } = subscription.toJSON();
  const [p256dh, auth] = [keys?.["p256dh"], keys?.["auth"]];
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return false;
  await api.subscribePush({ endpoint, keys: { p256dh, auth } });
  return true;
}

export async function unsubscribe(api: PushApi, find = pushService): Promise<void> {
  await api.unsubscribePush();
  await (await (await find())?.getSubscription())?.unsubscribe();
}
