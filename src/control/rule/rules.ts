// The table of rules that need more than the resource itself: by kind, for a put and for a delete.

import { meshOf } from "#control/draft/draft.ts";
import { namedKeyViolations } from "#control/secret/named-key.ts";
import type { Violation } from "#model/violation.ts";
import { putDataplane } from "./dataplane-rules.ts";
import { deleteMesh, putMesh } from "./mesh-rules.ts";
import { putMeshProxyPatch } from "./proxy-patch-rules.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { deleteSecret, putGlobalSecret, putSecret } from "./secret-rules.ts";
import { putZoneProxy } from "./zone-proxy-rules.ts";
import { deleteZone } from "./zone-rules.ts";

const RULES: Readonly<Record<string, { readonly put?: Rule; readonly delete?: Rule }>> = {
  Mesh: { put: putMesh, delete: deleteMesh },
  Secret: { put: putSecret, delete: deleteSecret },
  GlobalSecret: { put: putGlobalSecret },
  Zone: { delete: deleteZone },
  Dataplane: { put: putDataplane },
  ZoneIngress: { put: putZoneProxy },
  ZoneEgress: { put: putZoneProxy },
  MeshProxyPatch: { put: putMeshProxyPatch },
};

/** Everything that is wrong with the write, seen against the whole draft. */
export async function ruleViolations(input: RuleInput): Promise<readonly Violation[]> {
  const { key, after } = input.planned;
  const rule = RULES[key.type]?.[after === null ? "delete" : "put"];
  return [
    ...(after === null ? [] : namedKeyViolations(after, meshOf(input.draft, key.mesh))),
    ...((await rule?.(input)) ?? []),
  ];
}
