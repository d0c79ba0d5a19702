// Rules of ChangeControl: what it protects is of kinds that a mesh has.
import type { SpecOf } from "#model/kinds.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { at, type Violation } from "#model/violation.ts";
import type { Rule } from "./rule.ts";

/** A type that is misspelt would protect nothing, and nobody would see it. */
export const putChangeControl: Rule = ({ planned }) => {
  const { spec } = planned.after as Resource<SpecOf<"ChangeControl">>;
  return (spec.protected ?? []).flatMap(({ type, name }, index): readonly Violation[] => {
    const field = at("spec", "protected", index);
    const isOfMesh = ALL_KINDS.some((kind) => kind.type === type && kind.scope === "Mesh" && !kind.readOnly);
    if (!isOfMesh && type !== "Mesh")
      return [
        { field: at(field, "type"), reason: `${JSON.stringify(type)} is no kind of resources of a mesh, and not Mesh` },
      ];
    if (type === "Mesh" && name !== undefined && name !== planned.key.mesh)
      return [
        {
          field: at(field, "name"),
          reason: `must be ${planned.key.mesh}, or left out: another mesh has controls of its own`,
        },
      ];
    return [];
  });
};
