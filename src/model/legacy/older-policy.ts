// What the older policies share: the connections that they hold for.

import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { type Selector, type SelectorRules, selectorShape, selectorsViolations } from "#model/selector.ts";
import { may } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";

/** Members of every older policy about connections: clients by `sources`, services by `destinations`. */
export const ends = { sources: may(z.array(selectorShape)), destinations: may(z.array(selectorShape)) };

export interface Ends {
  readonly sources?: readonly Selector[];
  readonly destinations?: readonly Selector[];
}

interface EndRules {
  readonly sources: SelectorRules;
  readonly destinations: SelectorRules;
}

/** Of policies about what a client sends: the destination is a service and nothing more. */
export const TOWARD_SERVICES: EndRules = {
  sources: { some: true, service: "needed" },
  destinations: { service: "alone" },
};

/** Of policies about what an inbound takes: any tags on both ends. */
export const TOWARD_INBOUNDS: EndRules = { sources: { some: true }, destinations: { some: true } };

/** Violations of both ends. */
export function endsViolations({ sources, destinations }: Ends, rules: EndRules): Violation[] {
  return [
    ...under("sources", selectorsViolations(sources, rules.sources)),
    ...under("destinations", selectorsViolations(destinations, rules.destinations)),
  ];
}

/** `reason` where the duration is there and zero. */
export function zeroViolation(field: string, value: string | undefined, reason: string): Violation[] {
  return value !== undefined && parseDuration(value) === 0n ? [{ field, reason }] : [];
}

/** The spec of a shape. */
export type SpecOfShape<T extends z.ZodMiniType> = Frozen<z.infer<T>>;
