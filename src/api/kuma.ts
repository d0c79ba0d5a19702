// Bodies of Kuma's routes that are no resources: index, who-am-i, tables of types, overviews, insights, tokens.
import * as z from "#model/lazy-zod.ts";

const may = z.exactOptional;

export const index = z.object(() => ({
  hostname: z.string(),
  product: z.string(),
  version: z.string(),
  instanceId: z.string(),
  clusterId: z.string(),
  gui: z.string(),
}));
export type Index = z.infer<typeof index>;

export const whoAmI = z.object(() => ({ name: z.string(), groups: z.array(z.string()) }));

export const resourceTypes = z.object(() => ({
  resources: z.array(
    z.object({
      name: z.string(),
      scope: z.enum(["Mesh", "Global"]),
      path: z.string(),
      shortName: z.string(),
      readOnly: z.boolean(),
      includeInFederation: z.boolean(),
      singularDisplayName: z.string(),
      pluralDisplayName: z.string(),
      policy: may(
        z.object({
          isTargetRef: z.boolean(),
          hasToTargetRef: z.boolean(),
          hasFromTargetRef: z.boolean(),
          hasRulesTargetRef: z.boolean(),
          isFromAsRules: z.boolean(),
        }),
      ),
    }),
  ),
}));
export type ResourceTypes = z.infer<typeof resourceTypes>;

export const policies = z.object(() => ({
  policies: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      readOnly: z.boolean(),
      singularDisplayName: z.string(),
      pluralDisplayName: z.string(),
      isExperimental: z.boolean(),
      isTargetRefBased: z.boolean(),
      isInbound: z.boolean(),
      isOutbound: z.boolean(),
    }),
  ),
}));
export type Policies = z.infer<typeof policies>;

/** Any resource in its wire form; the kinds' own shapes stand in the OpenAPI document. */
export const resource = z.looseObject(() => ({ type: z.string(), name: z.string() }));
export type WireResource = z.infer<typeof resource>;

/** Answer of a write. */
export const written = z.object(() => ({ warnings: may(z.array(z.string())) }));

export const empty = z.object({});

export const insight = z.looseObject({});

/** `validFor` is a Go duration; empty = 10 years, as Kuma has it. */
export const dataplaneToken = z.strictObject(() => ({
  name: may(z.string().check(z.maxLength(253))),
  mesh: z.string().check(z.minLength(1, "cannot be empty"), z.maxLength(63)),
  tags: may(z.nullable(z.record(z.string(), z.array(z.string())))),
  type: may(z.string().check(z.maxLength(64))),
  workload: may(z.string().check(z.maxLength(253))),
  validFor: may(z.string().check(z.maxLength(100))),
}));

/** A missing scope is empty, as Kuma has it; `validFor` as above. */
export const zoneToken = z.strictObject(() => ({
  zone: may(z.string().check(z.maxLength(63))),
  scope: may(z.nullable(z.array(z.string().check(z.maxLength(64))).check(z.maxLength(10)))),
  validFor: may(z.string().check(z.maxLength(100))),
}));

export const overviewQuery = z.object(() => ({
  size: may(z.string()),
  offset: may(z.string()),
  name: may(z.string()),
  tag: may(z.string()),
  gateway: may(z.string()),
}));

/** `include_eds`: endpoints too. */
export const dumpQuery = z.object({ include_eds: may(z.string()) });

export const formatQuery = z.object({ format: may(z.string()) });
