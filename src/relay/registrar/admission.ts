// Admission: who wants to join, checked offline against the mesh's token keys and what the token binds.
import type { Envelope, EnvelopeMesh } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { type DataplaneSpec, dataplane as kind } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Violation } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import type { ProxyKey } from "#relay/zone.ts";
import { type TokenKeys, tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";

/** A dataplane that may join. */
export interface Admission extends ProxyKey {
  /** As brought; undefined when it is one that the control plane holds. */
  readonly wire: unknown;
  /** With the zone's tag, as the control plane will write it. */
  readonly resource: Resource<DataplaneSpec>;
  readonly token: Sealed;
  readonly tokenId: string;
}

export type Admitted =
  | { readonly ok: true; readonly admission: Admission }
  | {
      readonly ok: false;
      readonly code: "unauthenticated" | "forbidden" | "invalid" | "unavailable" | "absent";
      readonly reason: string;
      readonly violations: readonly Violation[];
    };

/** What is known when somebody wants to join. */
export interface AdmissionContext {
  readonly zone: string;
  /** Null before the first snapshot: then nobody can be verified. */
  readonly envelope: Envelope | null;
  readonly views: readonly View[];
  /** The resource of a registration that lives already. */
  readonly registered: Resource<DataplaneSpec> | undefined;
  readonly clock: Clock;
}

/** `resource` is the Dataplane's JSON text, or parsed. */
export async function admit(
  proxy: ProxyKey,
  resource: unknown,
  token: Sealed | undefined,
  context: AdmissionContext,
): Promise<Admitted> {
  const { envelope, clock } = context;
  if (envelope === null)
    return refused("unavailable", "this relay has no snapshot yet, so it can verify no token; try again shortly");
  if (token === undefined)
    return refused("unauthenticated", "a dataplane token is required: send it as `authorization`");
  const jwt = /^(?:Bearer )?(.*)$/s.exec(token.reveal())?.[1] ?? "";
  const verified = await verifyDataplaneToken(jwt, tokenKeys(envelope.meshes), clock);
  if (!verified.ok) return refused("unauthenticated", verified.reason);
  const found = find(proxy, resource, context);
  if ("ok" in found) return found;
  const violations = tokenViolations(verified.claims, {
    ...proxy,
    labels: found.resource.labels,
    dataplane: { networking: found.resource.spec.networking ?? {} },
  });
  if (violations.length > 0)
    return refused("forbidden", `the token does not allow this dataplane: ${textOf(violations)}`, violations);
  const mesh = envelope.meshes.find(({ name }) => name === proxy.mesh);
  if (mesh === undefined) return refused("invalid", `mesh: mesh "${proxy.mesh}" does not exist`);
  return {
    ok: true,
    admission: { mesh: proxy.mesh, name: proxy.name, ...found, token: new Sealed(jwt), tokenId: verified.claims.jti },
  };
}

/** Violations as one line: `field: reason; field: reason`. */
export function textOf(violations: readonly Violation[]): string {
  return violations.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
}

function tokenKeys(meshes: readonly EnvelopeMesh[]): TokenKeys {
  const mesh = (name: string): EnvelopeMesh | undefined => meshes.find((one) => one.name === name);
  return {
    keyOf: (name, kid) => mesh(name)?.tokenKeys.find((key) => key.kid === kid),
    isRevoked: (name, jti) => mesh(name)?.revokedTokens.includes(jti) === true,
  };
}

type Found = Pick<Admission, "wire" | "resource">;

function find(proxy: ProxyKey, brought: unknown, context: AdmissionContext): Found | Extract<Admitted, { ok: false }> {
  if (brought === undefined || brought === "") return stored(proxy, context);
  let wire = brought;
  if (typeof brought === "string") {
    try {
      wire = JSON.parse(brought);
    } catch {
      return refused("invalid", "the dataplane resource is not JSON");
    }
  }
  const read = fromWire(kind, wire, proxy);
  if (read.violations !== undefined) return refused("invalid", textOf(read.violations), read.violations);
  const spec = withZoneTag(read.resource.spec, context.zone);
  return { wire, resource: { ...read.resource, spec } };
}

function stored(proxy: ProxyKey, { views, registered }: AdmissionContext): Found | Extract<Admitted, { ok: false }> {
  const view = views.find(({ mesh }) => mesh.name === proxy.mesh);
  const known = view && resourcesOf(view, "Dataplane").find(({ name }) => name === proxy.name);
  const resource = registered ?? known;
  if (resource === undefined)
    return refused(
      "absent",
      `dataplane "${proxy.name}" is not registered in mesh "${proxy.mesh}", and none was brought`,
    );
  return { wire: undefined, resource };
}

function refused(
  code: Extract<Admitted, { ok: false }>["code"],
  reason: string,
  violations: readonly Violation[] = [],
): Extract<Admitted, { ok: false }> {
  return { ok: false, code, reason, violations };
}
