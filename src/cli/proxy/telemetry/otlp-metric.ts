// Families of metrics as OTLP has them: numbers, histograms with counts per bucket, summaries.
import type { Family, Sample } from "./metric-text.ts";

export type Attributes = Readonly<Record<string, string>>;

export type Point =
  | { readonly kind: "number"; readonly attributes: Attributes; readonly value: number }
  | {
      readonly kind: "histogram";
      readonly attributes: Attributes;
      readonly count: number;
      readonly sum: number;
      readonly bounds: readonly number[];
      /** One more than bounds; not cumulative. */
      readonly counts: readonly number[];
    }
  | {
      readonly kind: "summary";
      readonly attributes: Attributes;
      readonly count: number;
      readonly sum: number;
      readonly quantiles: readonly (readonly [quantile: number, value: number])[];
    };

export interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly type: "sum" | "gauge" | "histogram" | "summary";
  readonly points: readonly Point[];
}

/** Values that are no numbers are left out: OTLP has none for them. */
export function otlpMetrics(families: Iterable<Family>): readonly OtlpMetric[] {
  return [...families].flatMap(({ name, type, help, samples }): OtlpMetric[] => {
    const kind = type === "counter" ? "sum" : type === "histogram" || type === "summary" ? type : "gauge";
    const points = kind === "histogram" || kind === "summary" ? grouped(name, kind, samples) : numbers(samples);
    return points.length === 0 ? [] : [{ name, description: help, type: kind, points }];
  });
}

function numbers(samples: readonly Sample[]): readonly Point[] {
  return samples.flatMap(({ labels, value }): Point[] => {
    const number = Number(value);
    return Number.isFinite(number) ? [{ kind: "number", attributes: Object.fromEntries(labels), value: number }] : [];
  });
}

/** Samples of one histogram or summary belong together by all their labels but the bound's. */
function grouped(name: string, kind: "histogram" | "summary", samples: readonly Sample[]): readonly Point[] {
  const inner = kind === "histogram" ? "le" : "quantile";
  const groups = new Map<string, { attributes: Attributes; sum: number; count: number; steps: [number, number][] }>();
  for (const { name: told, labels, value } of samples) {
    const attributes = Object.fromEntries(labels.filter(([key]) => key !== inner));
    const key = JSON.stringify(Object.entries(attributes).sort());
    const group = groups.get(key) ?? { attributes, sum: 0, count: 0, steps: [] };
    groups.set(key, group);
    const step = labels.find(([label]) => label === inner)?.[1];
    if (step !== undefined)
      group.steps.push([step === "+Inf" ? Number.POSITIVE_INFINITY : Number(step), Number(value)]);
    else if (told === `${name}_sum`) group.sum = Number(value);
    else if (told === `${name}_count`) group.count = Number(value);
  }
  return [...groups.values()].map(({ attributes, sum, count, steps }): Point => {
    const sorted = steps.sort(([a], [b]) => a - b);
    if (kind === "summary")
      return { kind, attributes, sum, count, quantiles: sorted.filter(([, v]) => Number.isFinite(v)) };
    const finite = sorted.filter(([bound]) => Number.isFinite(bound));
    const cumulative = [...finite.map(([, at]) => at), count];
    const counts = cumulative.map((at, index) => Math.max(0, at - (cumulative[index - 1] ?? 0)));
    return { kind, attributes, sum, count, bounds: finite.map(([bound]) => bound), counts };
  });
}
