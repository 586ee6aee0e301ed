/** Counters, gauges and histograms in Prometheus' text format 0.0.4. Pure but for their numbers. */

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(labels?: Labels, amount?: number): void;
  /** One series, for what happens very often. */
  with(labels: Labels): (amount?: number) => void;
}

export interface Histogram {
  /** Seconds. */
  observe(seconds: number, labels?: Labels): void;
  /** One series, for what happens very often. */
  with(labels: Labels): (seconds: number) => void;
}

export interface Sample {
  labels?: Labels;
  value: number;
}

export interface Registry {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string, buckets?: readonly number[]): Histogram;
  /** Read when it is asked for. */
  gauge(name: string, help: string, read: () => Sample[] | Promise<Sample[]>): void;
  /** Everything, as Prometheus reads it. */
  text(): Promise<string>;
}

/** From a fast answer out of memory to a charge point that thinks. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Series of one name; a stranger's words must not fill our memory. */
const MAXIMUM_SERIES = 1000;

export function createRegistry(): Registry {
  const metrics: { name: string; write(): Promise<string[]> | string[] }[] = [];
  return {
    counter(name, help) {
      const series = new Map<string, { value: number }>();
      metrics.push({
        name,
        write: () => [
          ...head(name, help, 'counter'),
          ...[...series].map(([labels, { value }]) => `${name}${labels} ${value}`),
        ],
      });
      const of = (labels: Labels): { value: number } => {
        const key = labelText(labels);
        const known = series.get(key);
        if (known !== undefined) return known;
        const one = { value: 0 };
        if (series.size < MAXIMUM_SERIES) series.set(key, one);
        return one;
      };
      return {
        add(labels = {}, amount = 1) {
          of(labels).value += amount;
        },
        with(labels) {
          const one = of(labels);
          return (amount = 1) => {
            one.value += amount;
          };
        },
      };
    },
    histogram(name, help, buckets = SECONDS) {
      const series = new Map<string, Distribution>();
      metrics.push({
        name,
        write: () => [
          ...head(name, help, 'histogram'),
          ...[...series.values()].flatMap((one) => distributionLines(name, buckets, one)),
        ],
      });
      const of = (labels: Labels): Distribution => {
        const key = labelText(labels);
        const known = series.get(key);
        if (known !== undefined) return known;
        const one = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
        if (series.size < MAXIMUM_SERIES) series.set(key, one);
        return one;
      };
      const take = (one: Distribution, seconds: number): void => {
        const index = buckets.findIndex((le) => seconds <= le);
        if (index >= 0) one.counts[index] = (one.counts[index] ?? 0) + 1;
        one.sum += seconds;
        one.count += 1;
      };
      return {
        observe: (seconds, labels = {}) => take(of(labels), seconds),
        with(labels) {
          const one = of(labels);
          return (seconds) => take(one, seconds);
        },
      };
    },
    gauge(name, help, read) {
      metrics.push({
        name,
        write: async () => [
          ...head(name, help, 'gauge'),
          ...(await read()).map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
        ],
      });
    },
    async text() {
      const parts = await Promise.all(metrics.map((metric) => metric.write()));
      return `${parts.flat().join('\n')}\n`;
    },
  };
}

interface Distribution {
  labels: Labels;
  /** Per bucket, not cumulative. */
  counts: number[];
  sum: number;
  count: number;
}

function distributionLines(name: string, buckets: readonly number[], one: Distribution): string[] {
  const { labels, counts, sum, count } = one;
  let below = 0;
  const steps = buckets.map((le, index) => {
    below += counts[index] ?? 0;
    return `${name}_bucket${labelText({ ...labels, le: String(le) })} ${below}`;
  });
  return [
    ...steps,
    `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${labelText(labels)} ${sum}`,
    `${name}_count${labelText(labels)} ${count}`,
  ];
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
