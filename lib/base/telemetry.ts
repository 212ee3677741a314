/**
 * OpenTelemetry by Deno's own exporter (OTEL_DENO=true): named spans around what takes time, and every metric. Without
 * it nothing is loaded and nothing is done. Source: https://docs.deno.com/runtime/fundamentals/open_telemetry/
 */
import { Counter, Histogram, type Labels, type Metrics } from "./metrics.ts";

export interface Tracing {
  /** Runs it inside a span; an error that it rejects with is put on the span and passed on. */
  span<T>(name: string, attributes: Record<string, string | number>, run: () => Promise<T>): Promise<T>;
}

export const noTracing: Tracing = { span: (_name, _attributes, run) => run() };

/** Spans from now on, and every series of `metrics`, those that come later too. */
export async function openTelemetry(metrics: Metrics): Promise<Tracing> {
  const { metrics: meters, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const meter = meters.getMeter("parley");
  const observed = new Map<string, Map<string, [labels: Labels, read: () => number]>>();
  metrics.onSeries(({ name, help: description, labels, of }) => {
    if (of instanceof Histogram) {
      const histogram = meter.createHistogram(name, {
        description,
        advice: { explicitBucketBoundaries: [...of.bounds] },
      });
      of.tell = (value) => histogram.record(value, { ...labels });
      return;
    }
    // an instrument for each name, whose series are observed together
    const series = observed.get(name) ?? new Map();
    series.set(JSON.stringify(labels), [labels, of instanceof Counter ? () => of.value : of.read]);
    if (series.size > 1 || observed.has(name)) return;
    observed.set(name, series);
    const make = of instanceof Counter ? "createObservableCounter" : "createObservableGauge";
    meter[make](name, { description }).addCallback((result) => {
      for (const [labels, read] of series.values()) result.observe(read(), { ...labels });
    });
  });

  const tracer = trace.getTracer("parley");
  return {
    span: (name, attributes, run) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await run();
        } catch (error) {
          span.setStatus({
            code: SpanStatusCode.ERROR,
            message: error instanceof Error ? error.message : String(error),
          });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}
