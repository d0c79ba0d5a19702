// Lists: their shape, their query, and the address of the next page.

import { Fault } from "#model/fault.ts";
import * as z from "#model/lazy-zod.ts";
import type { Violation } from "#model/violation.ts";

export const DEFAULT_SIZE = 100;
export const LARGEST_SIZE = 1000;

/** `{total, items, next}`; `next` is an absolute URL or null. */
export function pageOf<T>(item: z.ZodMiniType<T>): z.ZodMiniType<Page<T>> {
  return z.object({ total: z.int(), items: z.array(item), next: z.nullable(z.string()) }) as z.ZodMiniType<Page<T>>;
}

export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageQuery {
  readonly offset: number;
  readonly size: number;
  /** Substring of the name. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Query parameters of lists, as text, for documentation and client. */
export const pageQuery = z.object(() => ({
  size: z.exactOptional(z.string()),
  offset: z.exactOptional(z.string()),
  name: z.exactOptional(z.string()),
}));

const LABEL_FILTER = /^filter\[labels\.(.+)\]$/;

/** Reads `size`, `offset`, `name` and `filter[labels.<key>]`. Fault `malformed`, titled as Kuma's, with every bad parameter. */
export function readPageQuery(params: URLSearchParams): PageQuery {
  const violations: Violation[] = [];
  const labels: Record<string, string> = {};
  for (const [key, value] of params) {
    if (!key.startsWith("filter[")) continue;
    const label = LABEL_FILTER.exec(key)?.[1];
    if (label === undefined) violations.push({ field: key, reason: "filters are only supported on labels" });
    else if (/^[!=<>~]/.test(value)) violations.push({ field: key, reason: "advanced filters are not supported" });
    else labels[label] = value;
  }
  const size = readCount(params, "size", DEFAULT_SIZE, violations);
  const offset = readCount(params, "offset", 0, violations);
  if (size > LARGEST_SIZE) {
    violations.push({ field: "size", reason: `invalid page size of ${size}. Maximum page size is ${LARGEST_SIZE}` });
  } else if (size === 0) violations.push({ field: "size", reason: "must be at least 1" });
  if (violations.length > 0) {
    throw new Fault("malformed", "Invalid query", { title: "Could not retrieve resources", violations });
  }
  const name = params.get("name");
  return name === null || name === "" ? { offset, size, labels } : { offset, size, labels, name };
}

function readCount(params: URLSearchParams, field: string, otherwise: number, violations: Violation[]): number {
  const text = params.get(field);
  if (text === null || text === "") return otherwise;
  if (!/^\d{1,9}$/.test(text)) {
    violations.push({ field, reason: "must be a whole number that is not negative" });
    return otherwise;
  }
  return Number(text);
}

/** The same address with the offset of the following page; null on the last. */
export function nextPage(url: string, { offset, size }: PageQuery, total: number): string | null {
  if (offset + size >= total) return null;
  const next = new URL(url);
  next.searchParams.set("offset", String(offset + size));
  next.searchParams.set("size", String(size));
  return next.href;
}

/** One page of a list that is held in memory. */
export function slicePage<T>(url: string, query: PageQuery, all: readonly T[]): Page<T> {
  const items = all.slice(query.offset, query.offset + query.size);
  return { total: all.length, items, next: nextPage(url, query, all.length) };
}
