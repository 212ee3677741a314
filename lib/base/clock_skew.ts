import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { StoreClock } from "./store_clock.ts";

/**
 * Reports how far this machine's clock is off (clock skew). What the server writes has the store's time in any case.
 */
export function watchSkew(clock: StoreClock, log: Log, metrics: Metrics): void {
  const tell = (ms: number) => {
    if (ms === 0) return log.info("this machine's clock agrees with the store's");
    log.warn(
      "this machine's clock differs from the store's, so the store's time is used; set the clock, by NTP for example",
      {
        ahead_s: ms / 1_000,
      },
    );
  };
  if (clock.skewMs !== 0) tell(clock.skewMs);
  clock.onSkew = tell;
  metrics.gauge(
    "parley_clock_skew_seconds",
    "How far this machine's clock is ahead of the store's.",
    () => clock.skewMs / 1_000,
    { merge: "max" },
  );
}
