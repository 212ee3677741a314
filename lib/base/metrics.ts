/**
 * What is counted and measured, for `/metrics`: a registry for each isolate. Counting adds to a number; everything else
 * happens when somebody asks.
 */

export type Labels = Readonly<Record<string, string>>;

/** One series as it stands; plain data, so that it can cross from isolate to isolate. */
export interface Sample {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  /**
   * How the values of several isolates are merged: `max` where each measures the same thing, such as the process's
   * memory.
   */
  merge: "sum" | "max";
  labels: Labels;
  /** A histogram's: the sum of what was observed. */
  value: number;
  /** Of a histogram: the upper bounds, and the cumulative count of values up to each (the last one: of all values). */
  bounds?: readonly number[];
  counts?: readonly number[];
}

export class Counter {
  value = 0;

  add(n = 1): void {
    this.value += n;
  }
}

export class Histogram {
  readonly bounds: readonly number[];
  /** How many fell into each bucket alone; one more than there are bounds. */
  readonly counts: number[];
  sum = 0;
  /** Called with each value as well. */
  tell: ((value: number) => void) | undefined;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.bounds.length && value > (this.bounds[i] ?? 0)) i++;
    this.counts[i] = (this.counts[i] ?? 0) + 1;
    this.sum += value;
    this.tell?.(value);
  }
}

/** Seconds, from half a millisecond to ten. */
export const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

interface Gauge {
  read(): number;
}

export interface Series {
  name: string;
  help: string;
  merge: Sample["merge"];
  labels: Labels;
  of: Counter | Gauge | Histogram;
}

export class Metrics {
  readonly #series = new Map<string, Series>();
  #onSeries: (series: Series) => void = () => {};

  /** Names end in `_total`. The same name and labels give the same counter. */
  counter(name: string, help: string, labels: Labels = {}): Counter {
    const known = this.#series.get(keyOf(name, labels))?.of;
    return known instanceof Counter ? known : this.#add({ name, help, labels, merge: "sum", of: new Counter() });
  }

  /** `read` is called when somebody asks, and should be cheap. The same name and labels replace the gauge before. */
  gauge(name: string, help: string, read: () => number, options: { labels?: Labels; merge?: Sample["merge"] } = {}) {
    this.#add({ name, help, labels: options.labels ?? {}, merge: options.merge ?? "sum", of: { read } });
  }

  /** Of seconds, or what else `bounds` are in. The same name and labels give the same histogram. */
  histogram(name: string, help: string, labels: Labels = {}, bounds: readonly number[] = DURATIONS): Histogram {
    const known = this.#series.get(keyOf(name, labels))?.of;
    return known instanceof Histogram
      ? known
      : this.#add({ name, help, labels, merge: "sum", of: new Histogram(bounds) });
  }

  /** Calls back for each series, present and future. */
  onSeries(told: (series: Series) => void): void {
    this.#onSeries = told;
    for (const series of this.#series.values()) told(series);
  }

  /** This isolate's numbers. */
  read(): Sample[] {
    return [...this.#series.values()].map(sampleOf);
  }

  /** The metrics of every isolate. Where there are several, isolates/pool.ts and worker.ts replace this function. */
  gather: () => Promise<Sample[][]> = () => Promise.resolve([this.read()]);

  #add<T extends Series["of"]>(series: Series & { of: T }): T {
    this.#series.set(keyOf(series.name, series.labels), series);
    this.#onSeries(series);
    return series.of;
  }
}

function sampleOf({ of, ...about }: Series): Sample {
  if (of instanceof Counter) return { ...about, type: "counter", value: of.value };
  if (!(of instanceof Histogram)) return { ...about, type: "gauge", value: of.read() };
  let below = 0;
  const counts = of.counts.map((count) => below += count);
  return { ...about, type: "histogram", value: of.sum, bounds: of.bounds, counts };
}

function keyOf(name: string, labels: Labels): string {
  return `${name}${labelText(labels)}`;
}

/** The numbers of several isolates as one list, by name. */
export function merged(groups: Sample[][]): Sample[] {
  const all = new Map<string, Sample>();
  for (const sample of groups.flat()) {
    const key = keyOf(sample.name, sample.labels);
    const other = all.get(key);
    all.set(key, other === undefined ? sample : together(other, sample));
  }
  return [...all.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function together(a: Sample, b: Sample): Sample {
  const value = a.merge === "max" ? Math.max(a.value, b.value) : a.value + b.value;
  if (a.counts === undefined) return { ...a, value };
  return { ...a, value, counts: a.counts.map((count, i) => count + (b.counts?.[i] ?? 0)) };
}

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Prometheus' text format, https://prometheus.io/docs/instrumenting/exposition_formats/. */
export function metricsText(samples: Sample[]): string {
  let text = "";
  let last = "";
  for (const sample of samples) {
    if (sample.name !== last) text += `# HELP ${sample.name} ${sample.help}\n# TYPE ${sample.name} ${sample.type}\n`;
    last = sample.name;
    text += sample.counts === undefined ? line(sample.name, sample.labels, sample.value) : histogramText(sample);
  }
  return text;
}

function histogramText({ name, labels, value, bounds = [], counts = [] }: Sample): string {
  const count = counts.at(-1) ?? 0;
  const buckets = counts.map((below, i) =>
    line(`${name}_bucket`, { ...labels, le: String(bounds[i] ?? "+Inf") }, below)
  );
  return buckets.join("") + line(`${name}_sum`, labels, value) + line(`${name}_count`, labels, count);
}

function line(name: string, labels: Labels, value: number): string {
  return `${name}${labelText(labels)} ${value}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
