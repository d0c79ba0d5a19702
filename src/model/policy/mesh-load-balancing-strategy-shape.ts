// The shape of MeshLoadBalancingStrategy.

import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { percentage } from "#model/percentage.ts";
import { duration, flag, may, text, texts, uint32 } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";

/** A name that must say something. */
const name = z.string().check(z.refine((value) => value.length >= 1, "in body should be at least 1 chars long"));

const hashPolicy = z.strictObject(() => ({
  type: z.enum(["Header", "Cookie", "Connection", "SourceIP", "QueryParameter", "FilterState"]),
  terminal: may(flag),
  header: may(z.strictObject({ name })),
  cookie: may(z.strictObject({ name, ttl: may(duration), path: may(text) })),
  connection: may(z.strictObject({ sourceIP: may(flag) })),
  queryParameter: may(z.strictObject({ name })),
  filterState: may(z.strictObject({ key: name })),
}));
const hashPolicies = z.array(hashPolicy);

/** A size from 1 to a largest one, which Kuma prints in its own notation. */
const size = (most: number, printed: string): z.ZodMiniNumber =>
  z.int().check(
    z.minimum(1),
    z.refine((value) => value <= most, `in body should be less than or equal to ${printed}`),
  );
const ringSize = size(8_000_000, "8e+06");

const loadBalancer = z.strictObject(() => ({
  type: z.enum(["RoundRobin", "LeastRequest", "RingHash", "Random", "Maglev"]),
  roundRobin: may(z.strictObject({})),
  leastRequest: may(
    z.strictObject({
      choiceCount: may(z.int().check(z.minimum(2), z.maximum(4_294_967_295))),
      activeRequestBias: may(percentage),
    }),
  ),
  ringHash: may(
    z.strictObject({
      hashFunction: may(z.enum(["XXHash", "MurmurHash2"])),
      minRingSize: may(ringSize),
      maxRingSize: may(ringSize),
      hashPolicies: may(hashPolicies),
    }),
  ),
  random: may(z.strictObject({})),
  maglev: may(z.strictObject({ tableSize: may(size(5_000_011, "5.000011e+06")), hashPolicies: may(hashPolicies) })),
}));

const localityAwareness = z.strictObject(() => ({
  disabled: may(flag),
  localZone: may(z.strictObject({ affinityTags: may(z.array(z.strictObject({ key: text, weight: may(uint32) }))) })),
  crossZone: may(
    z.strictObject({
      failover: may(
        z.array(
          z.strictObject({
            from: may(z.strictObject({ zones: texts })),
            to: z.strictObject({ type: z.enum(["None", "Only", "Any", "AnyExcept"]), zones: may(texts) }),
          }),
        ),
      ),
      failoverThreshold: may(z.strictObject({ percentage })),
    }),
  ),
}));

const conf = z.strictObject(() => ({
  localityAwareness: may(localityAwareness),
  loadBalancer: may(loadBalancer),
  hashPolicies: may(hashPolicies),
}));

export const meshLoadBalancingStrategyShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  to: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(conf) }))),
}));
export type MeshLoadBalancingStrategySpec = Frozen<z.infer<typeof meshLoadBalancingStrategyShape>>;
export type MeshLoadBalancingStrategyConf = Frozen<z.infer<typeof conf>>;
export type HashPolicy = Frozen<z.infer<typeof hashPolicy>>;
export type LoadBalancer = Frozen<z.infer<typeof loadBalancer>>;
export type LocalityAwareness = Frozen<z.infer<typeof localityAwareness>>;
