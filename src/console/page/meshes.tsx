// Meshes: each with its mTLS, its proxies and services; made by one click, deleted by plan.
import { Link, useParams } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { PLAIN, useGrant } from "#console/data/grant.ts";
import { type MeshTotals, useMeshes } from "#console/data/mesh.ts";
import { Changing } from "#console/part/changing.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { MeshForm } from "#console/part/mesh-form.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { PlanWindow } from "#console/part/plan-window.tsx";
import { Status } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { WHOLE } from "#trust/scope.ts";

/** What certificates come from; empty = the mesh has no mTLS. */
const backendOf = ({ mTLS = {} }: MeshTotals): string => Object.keys(mTLS.issuedBackends ?? {})[0] ?? "";

export function Meshes(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org" });
  const { answer, meshes } = useMeshes(org);
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<string | null>(null);
  const mayDelete = useGrant(org).may("delete", PLAIN, WHOLE);
  const columns = useMemo(() => columnsOf(org, say, mayDelete ? setLeaving : null), [org, say, mayDelete]);
  const add = (
    <Changing org={org} mesh={null}>
      <button type="button" className="button" data-kind="first" onClick={() => setAdding(true)}>
        <Plus aria-hidden size={16} />
        {say("mesh.add")}
      </button>
    </Changing>
  );
  return (
    <Page title={say("overview.meshes")} actions={add}>
      <Waiting answer={answer}>
        {() => (
          <List
            label={say("overview.meshes")}
            columns={columns}
            rows={meshes}
            keyOf={({ name }) => name}
            empty={
              <>
                <h2>{say("mesh.none")}</h2>
                <p className="soft">{say("first.what.mesh")}</p>
                {add}
              </>
            }
          />
        )}
      </Waiting>
      <Window title={say("mesh.add")} isOpen={isAdding} onClose={() => setAdding(false)}>
        <div className="stack">
          <p className="soft">{say("first.what.mesh")}</p>
          <MeshForm org={org} onMade={() => setAdding(false)} />
        </div>
      </Window>
      {leaving !== null && (
        <PlanWindow
          org={org}
          title={say("resource.delete.title", { what: `Mesh ${leaving}` })}
          about={({ changes }) => say("resource.delete.what", { count: changes.length })}
          change={{ delete: [{ type: "Mesh", name: leaving }] }}
          deed={say("resource.delete")}
          isGrave
          stays
          onClose={() => setLeaving(null)}
        />
      )}
    </Page>
  );
}

function columnsOf(
  org: string,
  say: ReturnType<typeof useSay>,
  remove: ((mesh: string) => void) | null,
): readonly ListColumn<MeshTotals>[] {
  const inMesh = (mesh: string) => ({ org, mesh });
  return [
    {
      id: "name",
      title: say("zone.name"),
      by: ({ name }) => name,
      cell: ({ name }) => (
        <Link to="/o/$org/resources/$plural/$name" params={{ org, plural: "meshes", name }}>
          <strong>{name}</strong>
        </Link>
      ),
    },
    {
      id: "mtls",
      title: say("mesh.mtls"),
      by: backendOf,
      cell: (mesh) => {
        const backend = backendOf(mesh);
        return (
          <Status tone={backend === "" ? "doubt" : "good"}>
            {backend === "" ? say("mesh.mtls.off") : say("mesh.mtls.on", { backend })}
          </Status>
        );
      },
    },
    {
      id: "proxies",
      title: say("nav.proxies"),
      by: ({ dataplanes }) => dataplanes?.total ?? 0,
      cell: ({ name, dataplanes }) => (
        <Link to="/o/$org/m/$mesh/proxies" params={inMesh(name)}>
          {say("zone.proxies", { online: dataplanes?.online ?? 0, total: dataplanes?.total ?? 0 })}
        </Link>
      ),
    },
    {
      id: "services",
      title: say("nav.services"),
      isWide: true,
      by: ({ services }) => services?.total ?? 0,
      cell: ({ name, services }) => (
        <Link to="/o/$org/m/$mesh/services" params={inMesh(name)}>
          {say("figure", { figure: services?.total ?? 0 })}
        </Link>
      ),
    },
    {
      id: "since",
      title: say("since"),
      isWide: true,
      by: ({ creationTime }) => creationTime,
      cell: ({ creationTime }) => <Moment at={creationTime} />,
    },
    ...(remove === null ? [] : [removal(say, remove)]),
  ];
}

function removal(say: ReturnType<typeof useSay>, remove: (mesh: string) => void): ListColumn<MeshTotals> {
  return {
    id: "delete",
    title: "",
    cell: ({ name }) => (
      <button
        type="button"
        className="icon-button"
        aria-label={say("mesh.delete", { mesh: name })}
        onClick={() => remove(name)}
      >
        <Trash2 aria-hidden size={16} />
      </button>
    ),
  };
}
