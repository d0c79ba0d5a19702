// Kind MeshZoneAddress: where the zone-ingress listeners of a mesh's dataplanes are reached from other zones.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { text } from "#model/shape.ts";

export const meshZoneAddressShape = z.strictObject({
  address: text,
  port: z.int().check(z.minimum(1), z.maximum(65_535)),
});
export type MeshZoneAddressSpec = Frozen<z.infer<typeof meshZoneAddressShape>>;

export const meshZoneAddress: Kind<MeshZoneAddressSpec> = {
  type: "MeshZoneAddress",
  path: "meshzoneaddresses",
  aliases: [],
  shortName: "mza",
  scope: "Mesh",
  envelope: "spec",
  singularDisplayName: "Mesh Zone Address",
  pluralDisplayName: "Mesh Zone Addresses",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
  shape: meshZoneAddressShape,
  validate: () => [],
};
