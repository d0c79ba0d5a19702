// The mesh one looks at, and the way to another: its same page where there is one.
import { useMatches, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { rememberMesh } from "#console/data/mesh.ts";
import { useSay } from "#console/text/say.ts";

/** Pages that each mesh has; what lies below them may not be in another one. */
const SHARED = /^(\/o\/\$org\/m\/\$mesh\/[a-z]+)/;
const FIRST = "/o/$org/m/$mesh/services";

interface MeshChoiceProps {
  readonly org: string;
  readonly mesh: string;
  readonly names: readonly string[];
}

export function MeshChoice({ org, mesh, names }: MeshChoiceProps): ReactNode {
  const say = useSay();
  const navigate = useNavigate();
  const page = useMatches({ select: (matches) => SHARED.exec(matches.at(-1)?.fullPath ?? "")?.[1] }) ?? FIRST;
  useEffect(() => rememberMesh(org, mesh), [org, mesh]);
  return (
    <select
      className="select rail-mesh"
      aria-label={say("mesh")}
      value={mesh}
      onChange={({ target }) => void navigate({ to: page, params: { org, mesh: target.value } as never })}
    >
      {!names.includes(mesh) && <option value={mesh}>{mesh}</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
