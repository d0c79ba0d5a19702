// Rules of Mesh against what stands beside it: its CA, and what hangs on it when it goes.

import { providedViolations } from "#control/authority/mesh-authority.ts";
import { draftSecret, draftsOf } from "#control/draft/draft.ts";
import type { SpecOf } from "#model/kinds.ts";
import { meshUpdateViolations } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { at, under, type Violation } from "#model/violation.ts";
import type { Rule } from "./rule.ts";

type Mesh = Resource<SpecOf<"Mesh">>;

/** A change of CA while mTLS is on, and provided CAs that don't load. */
export const putMesh: Rule = async ({ draft, planned, vault }) => {
  const mesh = planned.after as Mesh;
  const before = planned.before?.resource as Mesh | undefined;
  const found: Violation[] = before === undefined ? [] : [...meshUpdateViolations(before.spec, mesh.spec)];
  // What says neither might be meant as off, and would be on.
  if (!["enabled", "disabled"].includes(mesh.labels[LABEL.zoneIssuer] ?? "enabled"))
    found.push({ field: at("labels", LABEL.zoneIssuer), reason: 'must be "enabled" or "disabled"' });
  if (mesh.spec.mtls?.skipValidation === true) return found;
  const readSecret = (name: string) => draftSecret(draft, vault, mesh.name, name);
  for (const [index, backend] of (mesh.spec.mtls?.backends ?? []).entries()) {
    if (backend.type !== "provided") continue;
    const wrong = await providedViolations(backend, { mesh: mesh.name, readSecret, vault });
    found.push(...under(at("mtls", "backends", index), wrong));
  }
  return found;
};

/** Dataplanes hold their mesh. */
export const deleteMesh: Rule = ({ draft, planned }) => {
  if (draftsOf(draft, "Dataplane", planned.key.name).length === 0) return [];
  return [{ field: "mesh", reason: "unable to delete mesh, there are still some dataplanes attached" }];
};
