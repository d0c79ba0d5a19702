// A role to be chosen: of the whole organisation, of one mesh, or of one zone.
import type { ReactNode } from "react";
import { useMeshes } from "#console/data/mesh.ts";
import { ROLES, roleText } from "#console/data/role.ts";
import { useZones } from "#console/data/zone.ts";
import { useSay } from "#console/text/say.ts";

interface RoleChoiceProps {
  readonly org: string;
  readonly label: string;
  readonly role: string;
  /** Whether it may be made an owner's, or taken from one. */
  readonly mayOwn: boolean;
  readonly isDisabled?: boolean;
  /** Why it cannot be chosen. */
  readonly why?: string | undefined;
  readonly onChoose: (role: string) => void;
}

export function RoleChoice({ org, label, role, mayOwn, isDisabled, why, onChoose }: RoleChoiceProps): ReactNode {
  const say = useSay();
  const meshes = useMeshes(org).meshes.map(({ name }) => `editor@mesh:${name}`);
  const zones = useZones(org, 60_000).zones.map(({ name }) => `editor@zone:${name}`);
  const isKnown = [...ROLES, ...meshes, ...zones].includes(role);
  const options = (roles: readonly string[]): ReactNode =>
    roles.map((one) => (
      <option key={one} value={one} disabled={one === "owner" && !mayOwn}>
        {roleText(one, say)}
      </option>
    ));
  return (
    <select
      className="select"
      aria-label={label}
      title={why}
      aria-disabled={isDisabled || undefined}
      value={role}
      onChange={({ target }) => isDisabled !== true && onChoose(target.value)}
    >
      {!isKnown && options([role])}
      {options(ROLES)}
      {meshes.length > 0 && <optgroup label={say("role.of-mesh")}>{options(meshes)}</optgroup>}
      {zones.length > 0 && <optgroup label={say("role.of-zone")}>{options(zones)}</optgroup>}
    </select>
  );
}
