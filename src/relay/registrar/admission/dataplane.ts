// Admission of dataplanes: a mesh that the envelope names, a token of it.
import type { EnvelopeMesh } from "#api/zone.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { foreignZones, withZoneTag, zoneOf } from "#model/kind/dataplane-zone.ts";
import type { Resource } from "#model/resource.ts";
import { dataplane as kind } from "#model/row/kind.ts";
import { resourcesOf } from "#model/view.ts";
import { fromWire } from "#model/wire.ts";
import type { ProxyKey } from "#relay/zone.ts";
import { tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";
import type { AdmissionContext, AdmissionKind } from "./admission-kind.ts";

export const dataplaneAdmission: AdmissionKind = {
  noun: "dataplane",
  token: "a dataplane token",
  async verify(jwt, { meshes }, clock) {
    const named = (name: string): EnvelopeMesh | undefined => meshes.find((one) => one.name === name);
    const verified = await verifyDataplaneToken(
      jwt,
      {
        keyOf: (mesh, kid) => named(mesh)?.tokenKeys.find((key) => key.kid === kid),
        isRevoked: (mesh, jti) => named(mesh)?.revokedTokens.includes(jti) === true,
      },
      clock,
    );
    if (!verified.ok) return verified;
    const { claims } = verified;
    return {
      ok: true,
      tokenId: claims.jti,
      mesh: claims.mesh,
      violations(proxy) {
        const { mesh, name, labels, spec } = proxy as Resource<DataplaneSpec>;
        return tokenViolations(claims, { mesh, name, labels, dataplane: { networking: spec.networking ?? {} } });
      },
    };
  },
  placeReason: ({ mesh }, { meshes }) =>
    meshes.some((one) => one.name === mesh) ? null : `mesh: mesh "${mesh}" does not exist`,
  read(wire, proxy, zone) {
    const read = fromWire(kind, wire, proxy);
    if (read.violations !== undefined) return read;
    const foreign = foreignZones(read.resource, zone);
    if (foreign.length > 0) return { violations: foreign };
    return { resource: { ...read.resource, spec: withZoneTag(read.resource.spec, zone) } };
  },
  stored,
  heldIn(proxy, context) {
    const held = stored(proxy, context);
    return held === undefined ? null : zoneOf(held);
  },
  absent: ({ mesh, name }) => `dataplane "${name}" is not registered in mesh "${mesh}", and none was brought`,
};

function stored(proxy: ProxyKey, { views }: AdmissionContext): Resource<DataplaneSpec> | undefined {
  const view = views.find(({ mesh }) => mesh.name === proxy.mesh);
  return view && resourcesOf(view, "Dataplane").find(({ name }) => name === proxy.name);
}
