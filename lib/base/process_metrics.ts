/** Measures the process and this isolate's event loop. */
import process from "node:process";
import { waitingTimers } from "./clock.ts";
import { DURATIONS, type Metrics } from "./metrics.ts";

const LAG_EVERY_MS = 500;

/** Returns the function that ends it. */
export function measureProcess(metrics: Metrics): () => void {
  const once = { merge: "max" } as const;
  metrics.gauge("process_resident_memory_bytes", "Memory of the process.", () => Deno.memoryUsage().rss, once);
  metrics.gauge("process_uptime_seconds", "Seconds since the process started.", () => process.uptime(), once);
  metrics.gauge("process_cpu_seconds", "Processor time of the process.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }, once);
  metrics.gauge("parley_isolates", "Isolates that these numbers are summed over.", () => 1);
  metrics.gauge("parley_timers", "Timers that wait to run.", waitingTimers);
  const lag = metrics.histogram("parley_event_loop_lag_seconds", "How late a timer ran.", {}, DURATIONS);
  let expected = performance.now() + LAG_EVERY_MS;
  // in real time, not by the injected clock
  const timer = setInterval(() => {
    const now = performance.now();
    lag.observe(Math.max(0, now - expected) / 1_000);
    expected = now + LAG_EVERY_MS;
  }, LAG_EVERY_MS);
  Deno.unrefTimer(timer);
  return () => clearInterval(timer);
}
