// What rules find in a value of wrong shape: what holds whatever is put where the shape is violated.
import { isJsonObject } from "./json.ts";
import * as z from "./lazy-zod.ts";
import { pathOf } from "./sound-json.ts";
import { LEFT_OUT, takenValues } from "./taken-value.ts";
import type { Violation } from "./violation.ts";

/** Each way of putting a spec right is judged as a whole. */
const MOST_WAYS = 24;
/** A value that is wrong in more places is told of them first. */
const MOST_GAPS = 20;
/** A larger one is judged once its shape is right: to judge it in each way would let one call take a second. */
const MOST_VALUES = 4_000;

/** A place where the shape is violated, and what the shape takes there. */
interface Gap {
  readonly path: readonly PropertyKey[];
  readonly values: readonly unknown[];
}

type Silent = (field: string) => boolean;

/**
 * Violations that `judge` finds however the places are filled in which `written` is of wrong shape, but for those of such a
 * place itself. So a rule that reads such a place says nothing, and the others speak. Nothing where too much is wrong or written.
 */
export function violationsWhatever<Spec>(
  shape: z.ZodMiniType<Spec>,
  written: unknown,
  issues: readonly z.core.$ZodIssue[],
  judge: (spec: Spec) => readonly Violation[],
): readonly Violation[] {
  const gaps = gapsOf(shape, issues);
  if (gaps === null || countOf(written, 0) > MOST_VALUES) return [];
  const ways = Math.min(MOST_WAYS, Math.max(1, ...gaps.map(({ values }) => values.length)));
  const silent = gaps.map((gap) => silentFor(gap, written));
  let found: readonly Violation[] | null = null;
  for (let way = 0; way < ways; way++) {
    const parsed = shape.safeParse(filled(written, gaps, way));
    if (!parsed.success) return [];
    const judged = judge(parsed.data);
    found = found === null ? judged.filter(({ field }) => !silent.some((is) => is(field))) : both(found, judged);
    if (found.length === 0) break;
  }
  return found ?? [];
}

/**
 * Fields of which nothing is told: the place's own. Where a member is unknown it may be another one's name misspelt: nothing is
 * told of what lacks beside it either.
 */
function silentFor({ path, values }: Gap, written: unknown): Silent {
  const place = pathOf(path);
  if (values.length > 1 || values[0] !== LEFT_OUT) return (field) => isWithin(field, place);
  const parent = path.slice(0, -1);
  const beside = Object.keys(valueAt(written, parent) as object).filter((key) => key !== path.at(-1));
  const told = beside.map((key) => pathOf([...parent, key]));
  return (field) => isWithin(field, pathOf(parent)) && !told.some((one) => isWithin(field, one));
}

function both(some: readonly Violation[], others: readonly Violation[]): readonly Violation[] {
  const keys = new Set(others.map(({ field, reason }) => `${field}\n${reason}`));
  return some.filter(({ field, reason }) => keys.has(`${field}\n${reason}`));
}

/** The places to fill, none within another; null where one of them can hold nothing that is known here. */
function gapsOf(shape: z.ZodMiniType, issues: readonly z.core.$ZodIssue[]): readonly Gap[] | null {
  const paths = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  if (paths.length > MOST_GAPS) return null;
  const found = new Map<string, Gap>();
  for (const path of paths) {
    const gap = gapAt(shape, path);
    if (gap === null) return null;
    found.set(pathOf(gap.path), gap);
  }
  const gaps = [...found.values()];
  return gaps.filter((gap) => !gaps.some((other) => other !== gap && isBelow(gap.path, other.path)));
}

/** The place, or the nearest around it that can be filled. */
function gapAt(shape: z.ZodMiniType, path: readonly PropertyKey[]): Gap | null {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    const values = valuesAt(shape, at);
    if (values.length > 0) return { path: at, values };
  }
  return null;
}

function valuesAt(shape: z.ZodMiniType, path: readonly PropertyKey[]): readonly unknown[] {
  let here: z.ZodMiniType | undefined = z.real(shape);
  for (const step of path) {
    const { def } = (within(here) as unknown as z.core.$ZodTypes)._zod;
    if (def.type === "object") {
      const member: z.core.$ZodType | undefined = Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
      // A member that nobody knows can only be left out.
      if (member === undefined) return [LEFT_OUT];
      here = member as z.ZodMiniType;
    } else if (def.type === "array") here = def.element as z.ZodMiniType;
    else if (def.type === "record") here = def.valueType as z.ZodMiniType;
    else return [];
  }
  return takenValues(here);
}

function within(shape: z.ZodMiniType): z.ZodMiniType {
  const { def } = (shape as unknown as z.core.$ZodTypes)._zod;
  return def.type === "optional" || def.type === "default" ? within(def.innerType as z.ZodMiniType) : shape;
}

function filled(written: unknown, gaps: readonly Gap[], way: number): unknown {
  const copy = copied(written);
  for (const { path, values } of gaps) {
    const parent = valueAt(copy, path.slice(0, -1)) as Members;
    const last = path.at(-1) as PropertyKey;
    const value = values[way % values.length];
    if (value === LEFT_OUT) delete parent[last];
    else parent[last] = copied(value);
  }
  return copy;
}

/** How many values it holds, counted no further than is asked. */
function countOf(value: unknown, before: number): number {
  let count = before + 1;
  if (typeof value !== "object" || value === null) return count;
  for (const member of Object.values(value)) {
    if (count > MOST_VALUES) break;
    count = countOf(member, count);
  }
  return count;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)]))
    : value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((at, step) => (at as Members)[step], value);
}

type Members = Record<PropertyKey, unknown>;

function isBelow(path: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  return path.length > other.length && other.every((step, index) => path[index] === step);
}

/** Whether a field is the place, or of it. */
function isWithin(field: string, place: string): boolean {
  return place === "" || field === place || (field.startsWith(place) && /^[.[]/.test(field.slice(place.length)));
}
