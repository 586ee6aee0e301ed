/** Counters, gauges and histograms in Prometheus' text format 0.0.4. Pure but for their numbers. */

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(labels?: Labels, amount?: number): void;
}

export interface Histogram {
  /** Seconds. */
  observe(seconds: number, labels?: Labels): void;
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
      const series = new Map<string, number>();
      metrics.push({
        name,
        write: () => [
          ...head(name, help, 'counter'),
          ...[...series].map(([labels, value]) => `${name}${labels} ${value}`),
        ],
      });
      return {
        add(labels = {}, amount = 1) {
          const key = labelText(labels);
          if (!series.has(key) && series.size >= MAXIMUM_SERIES) return;
          series.set(key, (series.get(key) ?? 0) + amount);
        },
      };
    },
    histogram(name, help, buckets = SECONDS) {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
      const lines = ({
        labels,
        counts,
        sum,
        count,
      }: {
        labels: Labels;
        counts: number[];
        sum: number;
        count: number;
      }) => {
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
      };
      metrics.push({ name, write: () => [...head(name, help, 'histogram'), ...[...series.values()].flatMap(lines)] });
      return {
        observe(seconds, labels = {}) {
          const key = labelText(labels);
          let one = series.get(key);
          if (one === undefined) {
            if (series.size >= MAXIMUM_SERIES) return;
            one = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
            series.set(key, one);
          }
          const index = buckets.findIndex((le) => seconds <= le);
          if (index >= 0) one.counts[index] = (one.counts[index] ?? 0) + 1;
          one.sum += seconds;
          one.count += 1;
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

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
