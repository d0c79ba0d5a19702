// Shape of a Dataplane, in the order in which Kuma prints its fields.

import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { flag, may, message, protoDuration, text, textMap, texts, uint32 } from "#model/shape.ts";
import { metricsBackend } from "./mesh-metrics.ts";

const inbound = message(
  () => ({
    port: may(uint32),
    servicePort: may(uint32),
    serviceAddress: may(text),
    address: may(text),
    tags: may(textMap),
    health: may(message({ ready: may(flag) })),
    serviceProbe: may(
      message(
        {
          interval: may(protoDuration),
          timeout: may(protoDuration),
          unhealthyThreshold: may(uint32),
          healthyThreshold: may(uint32),
          tcp: may(z.strictObject({})),
        },
        { keep: ["unhealthyThreshold", "healthyThreshold"] },
      ),
    ),
    state: may(z.enum(["Ready", "NotReady", "Ignored"])),
    name: may(text),
    protocol: may(text),
  }),
  { zero: { state: "Ready" } },
);
export type Inbound = Frozen<z.infer<typeof inbound>>;

const backendRef = message(() => ({ kind: may(text), name: may(text), port: may(uint32), labels: may(textMap) }));
export type BackendRef = Frozen<z.infer<typeof backendRef>>;

const outbound = message(() => ({
  address: may(text),
  port: may(uint32),
  tags: may(textMap),
  backendRef: may(backendRef),
}));
export type Outbound = Frozen<z.infer<typeof outbound>>;

const listener = message(
  () => ({
    type: may(z.enum(["ZoneIngress", "ZoneEgress"])),
    address: may(text),
    port: may(uint32),
    name: may(text),
    state: may(z.enum(["Ready", "NotReady"])),
  }),
  { zero: { state: "Ready" } },
);
export type ZoneListener = Frozen<z.infer<typeof listener>>;

const reachableBackend = message(() => ({
  kind: may(text),
  name: may(text),
  namespace: may(text),
  port: may(uint32),
  labels: may(textMap),
}));
export type ReachableBackend = Frozen<z.infer<typeof reachableBackend>>;

const transparentProxying = message(
  () => ({
    redirectPortInbound: may(uint32),
    redirectPortOutbound: may(uint32),
    directAccessServices: may(texts),
    reachableServices: may(texts),
    ipFamilyMode: may(z.enum(["UnSpecified", "DualStack", "IPv4", "IPv6"])),
    reachableBackends: may(message({ refs: may(z.array(reachableBackend)) })),
  }),
  { zero: { ipFamilyMode: "UnSpecified" } },
);

export const dataplaneShape = message(() => ({
  networking: may(
    message({
      address: may(text),
      advertisedAddress: may(text),
      gateway: may(
        message({ tags: may(textMap), type: may(z.enum(["DELEGATED", "BUILTIN"])) }, { zero: { type: "DELEGATED" } }),
      ),
      inbound: may(z.array(inbound)),
      outbound: may(z.array(outbound)),
      transparentProxying: may(transparentProxying),
      admin: may(message({ port: may(uint32) })),
      listeners: may(z.array(listener)),
    }),
  ),
  metrics: may(metricsBackend),
  probes: may(
    message({
      port: may(uint32),
      endpoints: may(z.array(message({ inboundPort: may(uint32), inboundPath: may(text), path: may(text) }))),
    }),
  ),
}));
export type DataplaneSpec = Frozen<z.infer<typeof dataplaneShape>>;
export type Networking = NonNullable<DataplaneSpec["networking"]>;
