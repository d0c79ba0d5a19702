// Which of a form's faults stand at their fields, and which below them.
import type { Tell } from "#console/text/told.ts";
import { Fault } from "#model/fault.ts";

/** What is wrong with a field, as the control plane says it. */
export function faultAt(error: Error | null, field: string, tell: Tell): string | undefined {
  if (!(error instanceof Fault)) return undefined;
  const [first, ...rest] = error.violations.filter((one) => one.field === field).map(({ reason }) => tell(reason));
  return first === undefined ? undefined : [first, ...rest].join("; ");
}

/** The error, unless all of it stands at these fields. */
export function restOf(error: Error | null, fields: readonly string[]): Error | null {
  if (!(error instanceof Fault) || error.violations.length === 0) return error;
  return error.violations.every(({ field }) => fields.includes(field)) ? null : error;
}
