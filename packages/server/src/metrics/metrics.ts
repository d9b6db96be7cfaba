type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(labels?: Labels, by?: number): void
}
export interface Histogram {
  observe(value: number, labels?: Labels): void
}

/** Metrics in Prometheus' text format (version 0.0.4). */
export interface Metrics {
  counter(name: string, help: string): Counter
  /** Read when asked for. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  histogram(name: string, help: string, buckets: readonly number[]): Histogram
  render(): Promise<string>
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

const labelText = (labels: Labels): string => {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return parts.length ? `{${parts.join(',')}}` : ''
}

export function createMetrics(): Metrics {
  const families: (() => string[] | Promise<string[]>)[] = []
  const head = (name: string, help: string, type: string) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
  return {
    counter(name, help) {
      const values = new Map<string, number>()
      families.push(() => [
        ...head(name, help, 'counter'),
        ...[...values].map(([key, value]) => `${name}${key} ${value}`),
      ])
      return {
        add(labels = {}, by = 1) {
          const key = labelText(labels)
          values.set(key, (values.get(key) ?? 0) + by)
        },
      }
    },
    gauge(name, help, read) {
      families.push(async () => [...head(name, help, 'gauge'), `${name} ${await read()}`])
    },
    histogram(name, help, buckets) {
      const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>()
      families.push(() => [
        ...head(name, help, 'histogram'),
        ...[...series.values()].flatMap(({ labels, counts, sum, count }) => [
          ...buckets.map((le, i) => `${name}_bucket${labelText({ ...labels, le: String(le) })} ${counts[i]}`),
          `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
          `${name}_sum${labelText(labels)} ${sum}`,
          `${name}_count${labelText(labels)} ${count}`,
        ]),
      ])
      return {
        observe(value, labels = {}) {
          const key = labelText(labels)
          const one = series.get(key) ?? { labels, counts: buckets.map(() => 0), sum: 0, count: 0 }
          series.set(key, one)
          one.sum += value
          one.count++
          buckets.forEach((le, i) => {
            if (value <= le) one.counts[i]++
          })
        },
      }
    },
    async render() {
      const lines = await Promise.all(families.map((family) => family()))
      return `${lines.flat().join('\n')}\n`
    },
  }
}
