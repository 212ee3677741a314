import { assertEquals } from "@std/assert";
import { merged, Metrics, metricsText } from "../../lib/base/metrics.ts";

Deno.test("metrics: counters, gauges and histograms are written in the format of Prometheus", () => {
  const metrics = new Metrics();
  metrics.counter("b_total", "How many b.", { kind: 'a "b"\\\n' }).add();
  metrics.counter("b_total", "How many b.", { kind: "c" }).add(2);
  metrics.counter("b_total", "How many b.", { kind: "c" }).add(3);
  metrics.gauge("a", "As it was.", () => 1);
  metrics.gauge("a", "As it is.", () => 0.5);
  const took = metrics.histogram("took_seconds", "How long.", {}, [0.1, 1]);
  for (const seconds of [0.1, 0.5, 7]) took.observe(seconds);
  assertEquals(
    metricsText(merged([metrics.read()])),
    `# HELP a As it is.
# TYPE a gauge
a 0.5
# HELP b_total How many b.
# TYPE b_total counter
b_total{kind="a \\"b\\"\\\\\\n"} 1
b_total{kind="c"} 5
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 1
took_seconds_bucket{le="1"} 2
took_seconds_bucket{le="+Inf"} 3
took_seconds_sum 7.6
took_seconds_count 3
`,
  );
});

Deno.test("metrics: values of several isolates are summed, except those that all isolates share", () => {
  const [one, two] = [new Metrics(), new Metrics()];
  for (const [metrics, n] of [[one, 1], [two, 2]] as const) {
    metrics.counter("sent_total", "Sent.").add(n);
    metrics.gauge("open", "Open.", () => n * 10);
    metrics.gauge("memory_bytes", "Memory.", () => n * 100, { merge: "max" });
    metrics.histogram("took_seconds", "How long.", {}, [1]).observe(n);
  }
  two.counter("only_here_total", "Only here.").add(7);
  const values = merged([one.read(), two.read()]).map(({ name, value, counts }) => [name, value, counts]);
  assertEquals(values, [
    ["memory_bytes", 200, undefined],
    ["only_here_total", 7, undefined],
    ["open", 30, undefined],
    ["sent_total", 3, undefined],
    ["took_seconds", 3, [1, 2]],
  ]);
});
