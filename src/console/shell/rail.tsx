// The rail: where one can go: all of the organisation, one mesh, and who may do what.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useGrant } from "#console/data/grant.ts";
import { useMesh } from "#console/data/mesh.ts";
import { useFirstStepsLead } from "#console/first/kept.ts";
import { useSay } from "#console/text/say.ts";
import { MeshChoice } from "./mesh-choice.tsx";
import { FIRST_STEPS, KEEPING, MESH_PLACES, PLACES, type Place } from "./place.ts";

export function Rail({ org, isOpen }: { readonly org: string; readonly isOpen: boolean }): ReactNode {
  const say = useSay();
  const { mesh, names } = useMesh(org);
  const grant = useGrant(org);
  const leads = useFirstStepsLead(org);
  const placesOf = (places: readonly Place[]): ReactNode => (
    <ul>
      {places.map(({ text, icon: Icon, to }) => (
        <li key={text}>
          <Link
            to={to}
            params={{ org, mesh: mesh ?? "" }}
            activeOptions={{ exact: to === "/o/$org", includeSearch: false }}
            className="place"
          >
            <Icon aria-hidden size={17} />
            {say(text)}
          </Link>
        </li>
      ))}
    </ul>
  );
  return (
    <nav id="rail" className="rail" aria-label={say("nav.label")} data-open={isOpen}>
      {placesOf(leads ? [FIRST_STEPS, ...PLACES] : PLACES)}
      {mesh !== null && (
        <>
          <h2 className="rail-title">{say("mesh")}</h2>
          <MeshChoice org={org} mesh={mesh} names={names} />
          {placesOf(MESH_PLACES)}
        </>
      )}
      <h2 className="rail-title">{say("nav.keeping")}</h2>
      {placesOf(KEEPING.filter(({ verb }) => verb === undefined || grant.may(verb)))}
    </nav>
  );
}
