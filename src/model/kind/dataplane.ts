// Kind Dataplane: one Envoy beside one workload, or a gateway.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { flag, may, protoDuration, text, textMap, texts, uint32 } from "#model/shape.ts";
import { metricsBackend } from "./mesh-metrics.ts";

const inbound = z.strictObject({
  port: may(uint32),
  servicePort: may(uint32),
  address: may(text),
  tags: may(textMap),
  health: may(z.strictObject({ ready: may(flag) })),
  serviceProbe: may(
    z.strictObject({
      interval: may(protoDuration),
      timeout: may(protoDuration),
      unhealthyThreshold: may(uint32),
      healthyThreshold: may(uint32),
      tcp: may(z.strictObject({})),
    }),
  ),
  serviceAddress: may(text),
  state: may(z.enum(["Ready", "NotReady", "Ignored"])),
  name: may(text),
  protocol: may(text),
});

const backendRef = z.strictObject({
  kind: may(text),
  name: may(text),
  port: may(uint32),
  labels: may(textMap),
});

const outbound = z.strictObject({
  address: may(text),
  port: may(uint32),
  tags: may(textMap),
  backendRef: may(backendRef),
});

const listener = z.strictObject({
  type: may(z.enum(["ZoneIngress", "ZoneEgress"])),
  address: may(text),
  port: may(uint32),
  name: may(text),
  state: may(z.enum(["Ready", "NotReady"])),
});

const transparentProxying = z.strictObject({
  redirectPortInbound: may(uint32),
  redirectPortOutbound: may(uint32),
  directAccessServices: may(texts),
  reachableServices: may(texts),
  ipFamilyMode: may(z.enum(["UnSpecified", "DualStack", "IPv4", "IPv6"])),
  reachableBackends: may(
    z.strictObject({
      refs: may(
        z.array(
          z.strictObject({
            kind: may(text),
            name: may(text),
            namespace: may(text),
            port: may(uint32),
            labels: may(textMap),
          }),
        ),
      ),
    }),
  ),
});

export const dataplaneShape = z.strictObject({
  networking: may(
    z.strictObject({
      address: may(text),
      advertisedAddress: may(text),
      gateway: may(z.strictObject({ tags: may(textMap), type: may(z.enum(["DELEGATED", "BUILTIN"])) })),
      inbound: may(z.array(inbound)),
      outbound: may(z.array(outbound)),
      transparentProxying: may(transparentProxying),
      admin: may(z.strictObject({ port: may(uint32) })),
      listeners: may(z.array(listener)),
    }),
  ),
  metrics: may(metricsBackend),
  probes: may(
    z.strictObject({
      port: may(uint32),
      endpoints: may(z.array(z.strictObject({ inboundPort: may(uint32), inboundPath: may(text), path: may(text) }))),
    }),
  ),
});
export type DataplaneSpec = Frozen<z.infer<typeof dataplaneShape>>;
export type Inbound = Frozen<z.infer<typeof inbound>>;
export type Outbound = Frozen<z.infer<typeof outbound>>;
export type BackendRef = Frozen<z.infer<typeof backendRef>>;

export const dataplane: Kind<DataplaneSpec> = {
  type: "Dataplane",
  path: "dataplanes",
  aliases: [],
  shortName: "dp",
  scope: "Mesh",
  envelope: "flat",
  singularDisplayName: "Dataplane",
  pluralDisplayName: "Dataplanes",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
  shape: dataplaneShape,
  validate: () => [],
};
