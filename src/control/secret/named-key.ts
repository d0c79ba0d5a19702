// Secrets that resources name as their private keys: who may name one, and which nobody may.

import type { Caller } from "#control/face/caller.ts";
import { Fault } from "#model/fault.ts";
import { KINDS, kindOfType, type SpecOf } from "#model/kinds.ts";
import { type Resource, shownKey } from "#model/resource.ts";
import { at, type Violation } from "#model/violation.ts";
import { may, scopeRefusal } from "#trust/scope.ts";
import { keySourcesIn } from "./inline-key.ts";
import { isTrustSecret, tokenKeySerial } from "./name.ts";

type Mesh = Resource<SpecOf<"Mesh">>;

interface NamedKey {
  readonly secret: string;
  /** As the writer sees it. */
  readonly field: string;
}

/** The Secrets that the resource names as its keys. */
function namedIn(resource: Resource): readonly NamedKey[] {
  const start = kindOfType(resource.type)?.envelope === "spec" ? ["spec"] : [];
  return keySourcesIn(resource).flatMap(({ at: path, source: { secret } }) =>
    secret === undefined ? [] : [{ secret, field: at(...start, ...path, "secret") }],
  );
}

/**
 * Fault `forbidden` for a caller who could not read a Secret that the write newly names as a key: what has a key is shown with
 * it, so that naming is as good as reading. Certificates are public, and named by everybody who may write.
 */
export function refuseUnreadKeys({ scopes }: Caller, before: Resource | null, after: Resource): void {
  const kind = KINDS.Secret;
  if (may(scopes, "read", kind)) return;
  const known = new Set(before === null ? [] : namedIn(before).map(({ secret }) => secret));
  const [first] = namedIn(after).filter(({ secret }) => !known.has(secret));
  if (first === undefined) return;
  const mesh = after.type === "Mesh" ? after.name : after.mesh;
  const what = `${shownKey({ type: kind.type, mesh, name: first.secret })}, which ${shownKey(after)} names as its key (${first.field})`;
  throw new Fault("forbidden", scopeRefusal(scopes, "read", { kind, what }));
}

/** Why the Secret is no key for a resource of the mesh to name; null where it is one. */
export function trustKeyReason(mesh: Mesh, secret: string): string | null {
  const backends = mesh.spec.mtls?.backends ?? [];
  const isOwn =
    isTrustSecret({ type: "Secret", mesh: mesh.name, name: secret }) ||
    backends.some(({ conf }) => conf?.key?.secret === secret);
  if (!isOwn) return null;
  return `the trust of the mesh is made of the Secret ${JSON.stringify(secret)}, and nothing else is: write a key into another Secret and name that one`;
}

/** Keys that the resource names and that are the trust of its mesh: a CA may be named again as one, and as nothing else. */
export function namedKeyViolations(resource: Resource, mesh: Mesh | null): readonly Violation[] {
  return namedIn(resource).flatMap(({ secret, field }) => {
    const reason =
      resource.type !== "Mesh" ? mesh && trustKeyReason(mesh, secret) : tokenKeyReason(resource.name, secret);
    return reason === null ? [] : [{ field, reason }];
  });
}

function tokenKeyReason(mesh: string, secret: string): string | null {
  if (tokenKeySerial({ mesh, name: secret }) === null) return null;
  return `the Secret ${JSON.stringify(secret)} holds a key that signs dataplane tokens and nothing else: write the CA's key into another Secret and name that one`;
}
