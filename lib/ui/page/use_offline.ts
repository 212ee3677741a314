import { useEffect } from "preact/hooks";
import type { ChatStore } from "../../client/store.ts";

/** Stores what is needed without a server, once the server was first heard. Only in secure contexts (https). */
export function useOffline(store: ChatStore): void {
  useEffect(() => {
    if (navigator.serviceWorker === undefined) return;
    let stop = () => {};
    let state: "" | "begun" | "gone" = "";
    const stopState = store.connectionState.subscribe((connection) => {
      if (state !== "" || (connection !== "open" && connection !== "signed_out")) return;
      state = "begun";
      import("./offline_keeper.ts").then(({ keepOffline }) => {
        if (state !== "gone") stop = keepOffline(store);
      }, () => state = "");
    });
    return () => {
      state = "gone";
      stopState();
      stop();
    };
  }, []);
}
