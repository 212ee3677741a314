/** This browser's web push subscription, for the session that is signed in. */
import type { Api } from "./api.ts";

/** null: this browser has none, or not on this page (it needs https, or this machine). */
async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return null;
  return await navigator.serviceWorker.getRegistration() ?? null;
}

export async function isPushed(): Promise<boolean> {
  const worker = await registration().catch(() => null);
  return await worker?.pushManager.getSubscription().catch(() => null) != null;
}

/** False where this browser cannot. After a click only: it may ask. */
export async function subscribe(api: Api): Promise<boolean> {
  const worker = await registration();
  if (worker === null) return false;
  const key = await api.pushKey();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  const [p256dh, auth] = [keys?.["p256dh"], keys?.["auth"]];
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return false;
  await api.subscribePush({ endpoint, keys: { p256dh, auth } });
  return true;
}

export async function unsubscribe(api: Api): Promise<void> {
  await api.unsubscribePush();
  const worker = await registration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}
