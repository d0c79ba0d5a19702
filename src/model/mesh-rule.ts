// Rules of a mesh that need more than one resource: a change of its CA, and which dataplanes may join.
import type { DataplaneSpec } from "./kind/dataplane.ts";
import type { MeshSpec } from "./kind/mesh.ts";
import type { Resource } from "./resource.ts";
import type { Tags } from "./tag.ts";
import type { Violation } from "./violation.ts";

/** Violations of a mesh's update that the new state alone does not show. */
export function meshUpdateViolations(before: MeshSpec, after: MeshSpec): readonly Violation[] {
  const [old, now] = [before.mtls?.enabledBackend, after.mtls?.enabledBackend];
  if (!old || !now || old === now) return [];
  const reason = "Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA";
  return [{ field: "mtls.enabledBackend", reason }];
}

/** Violations of a dataplane against its mesh's `constraints.dataplaneProxy`. */
export function constraintViolations(
  mesh: Pick<Resource<MeshSpec>, "name" | "spec">,
  dataplane: DataplaneSpec,
): readonly Violation[] {
  const { requirements = [], restrictions = [] } = mesh.spec.constraints?.dataplaneProxy ?? {};
  const found: Violation[] = [];
  const judge = (field: string, tags: Tags): void => {
    const refuse = (why: string): void => {
      const reason = `dataplane cannot be a member of mesh "${mesh.name}" because its tags "${told(tags)}" ${why} defined on the Mesh`;
      found.push({ field, reason });
    };
    if (requirements.length > 0 && !requirements.some((rule) => fulfils(tags, rule.tags ?? {}))) {
      refuse("does not fulfill any requirements");
    }
    const broken = restrictions.find((rule) => fulfils(tags, rule.tags ?? {}));
    if (broken !== undefined) refuse(`matches restricted tags "${told(broken.tags ?? {})}"`);
  };
  const { gateway, inbound = [] } = dataplane.networking ?? {};
  if (gateway !== undefined) judge("networking.gateway.tags", gateway.tags ?? {});
  inbound.forEach(({ tags = {} }, index) => {
    judge(`networking.inbound[${index}].tags`, tags);
  });
  return found;
}

function fulfils(tags: Tags, rule: Tags): boolean {
  return Object.entries(rule).every(
    ([key, value]) => tags[key] === value || (value === "*" && tags[key] !== undefined),
  );
}

function told(tags: Tags): string {
  return Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`)
    .join(" ");
}

/** The mesh's backend that is on, or null while mTLS is off. */
export function enabledBackendOf(
  mesh: MeshSpec,
): NonNullable<NonNullable<MeshSpec["mtls"]>["backends"]>[number] | null {
  const name = mesh.mtls?.enabledBackend;
  if (!name) return null;
  return mesh.mtls?.backends?.find((backend) => backend.name === name) ?? null;
}

/** Whether listeners of the mesh's dataplanes serve a zone: as in Kuma where nothing but real resources leads anywhere, and mTLS tells who is meant. */
export function servesListeners(mesh: MeshSpec): boolean {
  return enabledBackendOf(mesh) !== null && mesh.meshServices?.mode === "Exclusive";
}
