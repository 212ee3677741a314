/** This browser's web push subscription, for the session that is signed in. */
import type { LazyApi } from "../connection/page_api.ts";

/** null: this browser has none, or not on this page (it needs https, or this machine). */
async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  return await navigator.serviceWorker.getRegistration() ?? null;
}

/** The browser keeps its subscription over a sign-out, the server forgets it: both must have it. */
export async function isPushed(api: LazyApi): Promise<boolean> {
  try {
    const known = await (await registration())?.pushManager.getSubscription();
    return known !== null && known !== undefined && (await api.push()).subscribed;
  } catch {
    return false;
  }
}

/** False where this browser cannot. After a click only: it may ask. */
export async function subscribe(api: LazyApi): Promise<boolean> {
  const worker = await registration();
  if (worker === null) return false;
  const { public_key } = await api.push();
  const options = { userVisibleOnly: true, applicationServerKey: public_key };
  const subscription = await worker.pushManager.subscribe(options).catch(async (error: unknown) => {
    // one for another key, of a server that was here before, is in the way
    const old = await worker.pushManager.getSubscription();
    if (!await old?.unsubscribe()) throw error;
    return await worker.pushManager.subscribe(options);
  });
  const { endpoint, keys } = subscription.toJSON();
  const [p256dh, auth] = [keys?.["p256dh"], keys?.["auth"]];
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return false;
  await api.subscribePush({ endpoint, keys: { p256dh, auth } });
  return true;
}

export async function unsubscribe(api: LazyApi): Promise<void> {
  await api.unsubscribePush();
  const worker = await registration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
