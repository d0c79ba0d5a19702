// OTLP's request for metrics, as protobuf bytes and as JSON (opentelemetry/proto/collector/metrics/v1).
import type { Attributes, OtlpMetric, Point } from "./otlp-metric.ts";

export interface OtlpRequest {
  /** Of the resource. */
  readonly attributes: Attributes;
  readonly metrics: readonly OtlpMetric[];
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly now: bigint;
}

const SCOPE = "weft";
const CUMULATIVE = 2;

/** ExportMetricsServiceRequest in binary; the numbers are those of the fields. */
export function otlpBytes({ attributes, metrics, start, now }: OtlpRequest): Buffer {
  const resource = part(1, ...pairs(1, attributes));
  const scope = part(1, text(1, SCOPE));
  const all = metrics.map((metric) => part(2, ...metricFields(metric, start, now)));
  return part(1, resource, part(2, scope, ...all));
}

function metricFields({ name, description, type, points }: OtlpMetric, start: bigint, now: bigint): Buffer[] {
  const data = points.map((point) => part(1, fixed(2, start), fixed(3, now), ...pointFields(point)));
  const head = [text(1, name), text(2, description)];
  if (type === "sum") return [...head, part(7, ...data, whole(2, CUMULATIVE), whole(3, 1))];
  if (type === "histogram") return [...head, part(9, ...data, whole(2, CUMULATIVE))];
  return [...head, part(type === "gauge" ? 5 : 11, ...data)];
}

function pointFields(point: Point): Buffer[] {
  if (point.kind === "number") return [double(4, point.value), ...pairs(7, point.attributes)];
  const both = [fixed(4, BigInt(Math.round(point.count))), double(5, point.sum)];
  if (point.kind === "summary") {
    const values = point.quantiles.map(([quantile, value]) => part(6, double(1, quantile), double(2, value)));
    return [...both, ...values, ...pairs(7, point.attributes)];
  }
  const counts = Buffer.alloc(point.counts.length * 8);
  for (const [at, count] of point.counts.entries()) counts.writeBigUInt64LE(BigInt(Math.round(count)), at * 8);
  const bounds = Buffer.alloc(point.bounds.length * 8);
  for (const [at, bound] of point.bounds.entries()) bounds.writeDoubleLE(bound, at * 8);
  return [...both, part(6, counts), part(7, bounds), ...pairs(9, point.attributes)];
}

function pairs(number: number, attributes: Attributes): Buffer[] {
  return Object.entries(attributes).map(([key, value]) => part(number, text(1, key), part(2, text(1, value))));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function part(number: number, ...inside: readonly Buffer[]): Buffer {
  const body = Buffer.concat(inside);
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function text(number: number, value: string): Buffer {
  return part(number, Buffer.from(value, "utf8"));
}

function whole(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function fixed(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint(number * 8 + 1), bytes]);
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(number * 8 + 1), bytes]);
}

/** The same in protobuf's JSON. */
export function otlpJson({ attributes, metrics, start, now }: OtlpRequest): string {
  const times = { startTimeUnixNano: String(start), timeUnixNano: String(now) };
  const told = (all: Attributes): object[] =>
    Object.entries(all).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const pointOf = (point: Point): object => {
    const base = { ...times, attributes: told(point.attributes) };
    if (point.kind === "number") return { ...base, asDouble: point.value };
    const both = { ...base, count: String(Math.round(point.count)), sum: point.sum };
    if (point.kind === "summary")
      return { ...both, quantileValues: point.quantiles.map(([quantile, value]) => ({ quantile, value })) };
    return {
      ...both,
      bucketCounts: point.counts.map((count) => String(Math.round(count))),
      explicitBounds: point.bounds,
    };
  };
  const body = metrics.map(({ name, description, type, points }) => {
    const dataPoints = points.map(pointOf);
    const more = type === "sum" || type === "histogram" ? { aggregationTemporality: CUMULATIVE } : {};
    return { name, description, [type]: { dataPoints, ...more, ...(type === "sum" ? { isMonotonic: true } : {}) } };
  });
  return JSON.stringify({
    resourceMetrics: [
      { resource: { attributes: told(attributes) }, scopeMetrics: [{ scope: { name: SCOPE }, metrics: body }] },
    ],
  });
}
