// Admission: who wants to join, checked offline against keys of tokens and what the token binds.
import type { Envelope } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { foreignName } from "#model/foreign-name.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import { Sealed } from "#model/sealed.ts";
import type { Violation } from "#model/violation.ts";
import { kindOfProxy, type ProxyKey, type ProxyName } from "#relay/zone.ts";
import type { AdmissionContext, ProxyResource, Verified } from "./admission/admission-kind.ts";
import { ADMISSIONS } from "./admission/admission-kinds.ts";

export type { AdmissionContext, ProxyResource } from "./admission/admission-kind.ts";

/** A proxy that may join. */
export interface Admission extends ProxyKey {
  /** As brought; undefined when it is one that the control plane holds. */
  readonly wire: unknown;
  /** With the zone written into it, as the control plane will write it. */
  readonly resource: ProxyResource;
  readonly token: Sealed;
  readonly tokenId: string;
  /** What it consists of; absent where it has not said so. */
  readonly versions?: ProxyVersions | undefined;
}

export interface Refusal {
  readonly ok: false;
  readonly code: "unauthenticated" | "forbidden" | "conflict" | "invalid" | "unavailable" | "absent";
  readonly reason: string;
  readonly violations: readonly Violation[];
}

export type Admitted = { readonly ok: true; readonly admission: Admission } | Refusal;

/** A token that has been verified. */
export interface Bearer extends Verified {
  /** The bare JWT. */
  readonly token: Sealed;
}

export type Authenticated = { readonly ok: true; readonly bearer: Bearer } | Refusal;

/**
 * Verifies a token, raw or as `Bearer …`, as one for such a proxy. The envelope is null before the first snapshot: then
 * nobody can be verified.
 */
export async function authenticate(
  token: Sealed | undefined,
  envelope: Envelope | null,
  clock: Clock,
  proxy: Partial<ProxyName> = {},
): Promise<Authenticated> {
  const row = ADMISSIONS[kindOfProxy(proxy)];
  if (envelope === null)
    return refused("unavailable", "this relay has no snapshot yet, so it can verify no token; try again shortly");
  if (token === undefined) return refused("unauthenticated", `${row.token} is required: send it as \`authorization\``);
  const jwt = /^(?:Bearer )?(.*)$/s.exec(token.reveal())?.[1] ?? "";
  const verified = await row.verify(jwt, envelope, clock);
  if (!verified.ok) return refused("unauthenticated", verified.reason);
  const { ok: _, ...bearer } = verified;
  return { ok: true, bearer: { ...bearer, token: new Sealed(jwt) } };
}

/**
 * Judges what is brought and, where there is one of that name already, what it would replace. `resource` is the resource's
 * JSON text, or parsed. It awaits nothing: what it saw still holds when the life is opened right after.
 */
export function admit(proxy: ProxyName, resource: unknown, bearer: Bearer, context: AdmissionContext): Admitted {
  const { mesh, name } = proxy;
  const row = ADMISSIONS[kindOfProxy(proxy)];
  const nowhere = row.placeReason(proxy, context);
  if (nowhere !== null) return refused("invalid", nowhere);
  const found = find(proxy, resource, context);
  if ("ok" in found) return found;
  const violations = bearer.violations(found.resource, context.zone);
  if (violations.length > 0)
    return refused("forbidden", `the token does not allow this ${row.noun}: ${textOf(violations)}`, violations);
  const held = find(proxy, undefined, context);
  const denied = "ok" in held ? [] : bearer.violations(held.resource, context.zone);
  if (denied.length > 0)
    return refused(
      "forbidden",
      `you are trying to override existing ${row.noun} to which you don't have an access: ${textOf(denied)}`,
      denied,
    );
  return { ok: true, admission: { mesh, name, ...found, token: bearer.token, tokenId: bearer.tokenId } };
}

/** Violations as one line: `field: reason; field: reason`. */
export function textOf(violations: readonly Violation[]): string {
  return violations.map(({ field, reason }) => `${field}: ${reason}`).join("; ");
}

type Found = Pick<Admission, "wire" | "resource">;

function find(proxy: ProxyName, brought: unknown, context: AdmissionContext): Found | Refusal {
  const row = ADMISSIONS[kindOfProxy(proxy)];
  const { zone } = context;
  const held = row.heldIn(proxy, context);
  if (held !== null && held !== zone) {
    const taken = foreignName(row.noun, proxy, { held, zone });
    return refused("conflict", textOf([taken]), [taken]);
  }
  if (brought === undefined || brought === "") {
    const resource = context.registered ?? row.stored(proxy, context);
    return resource === undefined ? refused("absent", row.absent(proxy)) : { wire: undefined, resource };
  }
  let wire = brought;
  if (typeof brought === "string") {
    try {
      wire = JSON.parse(brought);
    } catch {
      return refused("invalid", `the ${row.noun} resource is not JSON`);
    }
  }
  const read = row.read(wire, proxy, zone);
  if ("violations" in read) return refused("invalid", textOf(read.violations), read.violations);
  return { wire, resource: read.resource };
}

function refused(code: Refusal["code"], reason: string, violations: readonly Violation[] = []): Refusal {
  return { ok: false, code, reason, violations };
}
