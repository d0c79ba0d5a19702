// Reading what a put brings: its body, its labels, and what of it must not lie open in the store.

import type { Caller } from "#control/face/caller.ts";
import type { PutResource } from "#control/face/change.ts";
import { permitKind } from "#control/permission.ts";
import { inZone, zoneOf } from "#control/rule/dataplane-rules.ts";
import { placedProxy } from "#control/rule/zone-proxy-rules.ts";
import { sealKeys } from "#control/secret/inline-key.ts";
import { renewed } from "#control/secret/sealed-text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { findStored } from "#control/state.ts";
import { Fault } from "#model/fault.ts";
import { judgeOf } from "#model/judges.ts";
import { foreignZones } from "#model/kind/dataplane-zone.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType, type SpecOf } from "#model/kinds.ts";
import { computedLabels, holdsIn, labelUpdateViolations, madeIn } from "#model/label.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { type Resource, type ResourceKey, shownKey } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { LABEL } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { Write } from "#store/face/commit.ts";
import type { StoredResource } from "#store/face/resource.ts";
import { may, type Place, scopeRefusal, zoneOfScope } from "#trust/scope.ts";
import { type Draft, draftOf, meshOf, type Planned, plan, sameContent } from "./draft.ts";

/** The kind of a key that the caller may write or delete. Faults `absent`, `read-only`, `forbidden`. */
export function writableKind(caller: Caller, { type }: ResourceKey, verb: "write" | "delete"): Kind {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Fault("absent", `There is no kind ${JSON.stringify(type)}`);
  if (kind.readOnly) throw new Fault("read-only", `${type} is written by the control plane alone`);
  permitKind(caller.scopes, caller.planning === true ? "plan" : verb, kind);
  return kind;
}

/**
 * Fault `forbidden` for a caller whose scopes reach one zone or one mesh alone, where the resource is of another or of none:
 * before the change, or after it.
 */
export function refuseForeign(caller: Caller, { key, before, after }: Planned, kind: Kind): void {
  const verb = after === null ? "delete" : "write";
  const mesh = meshOfMatter(key, before !== null && after !== null);
  for (const resource of [before?.resource, after]) {
    if (!resource) continue;
    const place: Place = { zone: holdsIn(resource), mesh };
    const asked = caller.planning === true ? "plan" : verb;
    if (may(caller.scopes, asked, kind, place)) continue;
    const where = caller.scopes.some((scope) => zoneOfScope(scope) !== undefined)
      ? zoneWords(resource)
      : meshWords(key, mesh);
    const hint =
      mayBeOwn(kind) && madeIn(resource) === null && verb === "write" && where === "it is of no zone"
        ? `; the label ${LABEL.zone} makes it a zone's own`
        : "";
    const what = `${shownKey(key)} (${where}${hint})`;
    throw new Fault("forbidden", scopeRefusal(caller.scopes, asked, { kind, what, place }));
  }
}

/**
 * The mesh that a change is a matter of; null = the organisation's. A Mesh that stands is its own matter while it is changed:
 * whether a mesh is there at all is the organisation's.
 */
function meshOfMatter({ type, mesh, name }: ResourceKey, stays: boolean): string | null {
  if (mesh !== "") return mesh;
  return type === "Mesh" && stays ? name : null;
}

function zoneWords(resource: Resource): string {
  const zone = holdsIn(resource);
  if (zone !== null) return `it is of the zone ${zone}`;
  return madeIn(resource) === null ? "it is of no zone" : "it speaks to callers in all zones";
}

function meshWords({ type }: ResourceKey, mesh: string | null): string {
  if (mesh !== null) return `it is of the mesh ${mesh}`;
  return type === "Mesh" ? "whether a mesh is there is the organisation's to say" : "it is of no mesh";
}

/** What a write expects of what stands. Fault `stale` when that does not hold already. */
export function expectationOf(
  key: ResourceKey,
  before: StoredResource | null,
  ifMatch: string | undefined,
): Write["expect"] {
  if (ifMatch === undefined) return "any";
  const stale = (why: string) => new Fault("stale", `${shownKey(key)} ${why}; read it again before you change it`);
  if (before === null) throw stale("does not exist");
  if (ifMatch === "*") return "present";
  if (before.etag !== ifMatch) throw stale(`has been changed since: its ETag is ${JSON.stringify(before.etag)}`);
  return { etag: ifMatch };
}

/** Plans a put; what is wrong with the body by itself is returned, and then nothing is planned. */
export async function planPut(draft: Draft, put: PutResource, kind: Kind, vault: Vault): Promise<readonly Violation[]> {
  const { key } = put;
  const before = findStored(draft.state, key);
  const expect = expectationOf(key, before, put.ifMatch);
  const read = fromWire(kind, put.body, key);
  if (read.resource === undefined) return read.violations;
  const judge = judgeOf(kind);
  // What Weft computes is no user's to write: an answer that is sent back changes nothing.
  const said =
    judge.written === undefined ? read.resource : { ...read.resource, spec: judge.written(read.resource.spec) };
  const made = await STORED[kind.type]?.(said, { draft, before: before?.resource ?? null, vault });
  if (made !== undefined && !("spec" in made)) return made;
  const own = ownZone(said, kind);
  if (made === undefined && own !== undefined && draftOf(draft, { type: "Zone", mesh: "", name: own }) === null)
    return [{ field: at("labels", LABEL.zone), reason: `there is no Zone ${JSON.stringify(own)}` }];
  const resource = await sealKeys(
    made ?? { ...said, labels: computedLabels(said, own) },
    before?.resource ?? null,
    vault,
  );
  if (!("spec" in resource)) return resource;
  // A proxy's zone is its life's too, which history does not bring back.
  if (before !== null && (put.restored !== true || isProxyKind(key.type))) {
    const wrong = labelUpdateViolations(before.resource.labels, resource.labels);
    if (wrong.length > 0) return wrong;
  }
  const isSame = before !== null && sameContent(before.resource, resource);
  plan(draft, key, isSame ? resource : await renewed(resource, vault), expect);
  return [];
}

/** The zone that a mesh's resource is written for: by its label, unless it says that its origin is global. */
function ownZone({ labels }: Resource, kind: Kind): string | undefined {
  if (!mayBeOwn(kind) || labels[LABEL.origin] === "global") return undefined;
  return labels[LABEL.zone];
}

/** Whether a zone can have resources of the kind as its own, by a label. */
function mayBeOwn({ scope, everywhere }: Kind): boolean {
  return scope === "Mesh" && everywhere !== true;
}

/** Fault `invalid`, in Kuma's words, for a resource of a mesh that would not stand. */
export function refuseMissingMesh(draft: Draft, key: ResourceKey): void {
  if (!lacksMesh(draft, key)) return;
  const violations = [missingMesh(key)];
  throw new Fault("invalid", "Mesh is not found", { title: "Could not create a resource", violations });
}

/** Whether it is a resource of a mesh that would not stand. */
export function lacksMesh(draft: Draft, { type, mesh }: ResourceKey): boolean {
  return kindOfType(type)?.scope === "Mesh" && meshOf(draft, mesh) === null;
}

export function missingMesh({ mesh }: ResourceKey): Violation {
  return { field: "mesh", reason: `mesh of name ${mesh} is not found` };
}

interface Around {
  readonly draft: Draft;
  readonly before: Resource | null;
  readonly vault: Vault;
}

type ToStored = (
  resource: Resource,
  around: Around,
) => Promise<Resource | readonly Violation[]> | Resource | readonly Violation[];

/** Kinds whose stored form differs from what was written. */
const STORED: Readonly<Record<string, ToStored>> = {
  Dataplane: (resource, { draft }) => {
    const dataplane = resource as Resource<SpecOf<"Dataplane">>;
    const zone = zoneOf(draft, dataplane);
    const field = at("labels", LABEL.zone);
    if (zone === null)
      return [{ field, reason: "must name the Zone that the dataplane is in: there is not exactly one" }];
    const foreign = foreignZones(dataplane, zone);
    return foreign.length > 0 ? foreign : inZone(dataplane, zone);
  },
  ZoneIngress: (resource, { draft }) => placedProxy(draft, resource as ZoneProxy),
  ZoneEgress: (resource, { draft }) => placedProxy(draft, resource as ZoneProxy),
  Secret: sealSecret,
  GlobalSecret: sealSecret,
};

async function sealSecret(resource: Resource, { before, vault }: Around): Promise<Resource> {
  const secret = resource as Resource<SpecOf<"Secret">>;
  const old = (before as Resource<SpecOf<"Secret">> | null)?.spec.data;
  const labels = computedLabels(secret);
  // The same content keeps its sealed text, so that writing it again changes nothing.
  if (old !== undefined && (await vault.openSecret(secret, old)).reveal() === secret.spec.data)
    return { ...secret, labels, spec: { data: old } };
  return { ...secret, labels, spec: { data: await vault.sealSecret(secret, new Sealed(secret.spec.data ?? "")) } };
}
