// Kind MeshZoneAddress: where the zone-ingress listeners of a mesh's dataplanes are reached from other zones.

import { addressReason } from "#model/address.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { text } from "#model/shape.ts";
import { reachReason } from "./zone-proxy-rules.ts";

export const meshZoneAddressShape = z.strictObject(() => ({
  address: text,
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
}));
export type MeshZoneAddressSpec = Frozen<z.infer<typeof meshZoneAddressShape>>;

export const meshZoneAddressJudge: Judge<MeshZoneAddressSpec> = {
  shape: meshZoneAddressShape,
  validate: ({ spec: { address } }) => {
    const reason = addressReason(address) ?? reachReason(address);
    return reason === null ? [] : [{ field: "address", reason }];
  },
};
