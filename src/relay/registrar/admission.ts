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
import { type TokenClaims, type TokenKeys, tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";

/** A dataplane that may join. */
export interface Admission extends ProxyKey {
  /** As brought; undefined when it is one that the control plane holds. */
  readonly wire: unknown;
  /** With the zone's tag, as the control plane will write it. */
  readonly resource: Resource<DataplaneSpec>;
  readonly token: Sealed;
  readonly tokenId: string;
}

export interface Refusal {
  readonly ok: false;
  readonly code: "unauthenticated" | "forbidden" | "invalid" | "unavailable" | "absent";
  readonly reason: string;
  readonly violations: readonly Violation[];
}

export type Admitted = { readonly ok: true; readonly admission: Admission } | Refusal;

/** A token that has been verified. */
export interface Bearer {
  /** The bare JWT. */
  readonly token: Sealed;
  readonly claims: TokenClaims;
}

export type Authenticated = { readonly ok: true; readonly bearer: Bearer } | Refusal;

/** What is known when somebody wants to join. */
export interface AdmissionContext {
  readonly zone: string;
  readonly meshes: readonly EnvelopeMesh[];
  readonly views: readonly View[];
  /** The resource of a registration that lives already. */
  readonly registered: Resource<DataplaneSpec> | undefined;
}

/** Verifies a token, raw or as `Bearer …`. The envelope is null before the first snapshot: then nobody can be verified. */
export async function authenticate(
  token: Sealed | undefined,
  envelope: Envelope | null,
  clock: Clock,
): Promise<Authenticated> {
  if (envelope === null)
    return refused("unavailable", "this relay has no snapshot yet, so it can verify no token; try again shortly");
  if (token === undefined)
    return refused("unauthenticated", "a dataplane token is required: send it as `authorization`");
  const jwt = /^(?:Bearer )?(.*)$/s.exec(token.reveal())?.[1] ?? "";
  const verified = await verifyDataplaneToken(jwt, tokenKeys(envelope.meshes), clock);
  if (!verified.ok) return refused("unauthenticated", verified.reason);
  return { ok: true, bearer: { token: new Sealed(jwt), claims: verified.claims } };
}

/**
 * Judges what is brought and, where there is one of that name already, what it would replace. `resource` is the
 * Dataplane's JSON text, or parsed. It awaits nothing: what it saw still holds when the life is opened right after.
 */
export function admit(proxy: ProxyKey, resource: unknown, bearer: Bearer, context: AdmissionContext): Admitted {
  const { mesh, name } = proxy;
  if (!context.meshes.some((one) => one.name === mesh))
    return refused("invalid", `mesh: mesh "${mesh}" does not exist`);
  const found = find(proxy, resource, context);
  if ("ok" in found) return found;
  const violationsOf = ({ labels, spec }: Resource<DataplaneSpec>): readonly Violation[] =>
    tokenViolations(bearer.claims, { mesh, name, labels, dataplane: { networking: spec.networking ?? {} } });
  const violations = violationsOf(found.resource);
  if (violations.length > 0)
    return refused("forbidden", `the token does not allow this dataplane: ${textOf(violations)}`, violations);
  const held = find(proxy, undefined, context);
  const denied = "ok" in held ? [] : violationsOf(held.resource);
  if (denied.length > 0)
    return refused(
      "forbidden",
      `you are trying to override existing dataplane to which you don't have an access: ${textOf(denied)}`,
      denied,
    );
  return { ok: true, admission: { mesh, name, ...found, token: bearer.token, tokenId: bearer.claims.jti } };
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

function find(proxy: ProxyKey, brought: unknown, context: AdmissionContext): Found | Refusal {
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

function stored(proxy: ProxyKey, { views, registered }: AdmissionContext): Found | Refusal {
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

function refused(code: Refusal["code"], reason: string, violations: readonly Violation[] = []): Refusal {
  return { ok: false, code, reason, violations };
}
