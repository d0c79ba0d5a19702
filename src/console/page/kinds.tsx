// Resources of a mesh, kind by kind: how many there are of each, policies first.
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useAnswer } from "#console/data/api.ts";
import { useFilters } from "#console/data/filter.ts";
import { scopedKind, useGrant } from "#console/data/grant.ts";
import { type KindRow, useKinds } from "#console/data/kind.ts";
import { useMeshes } from "#console/data/mesh.ts";
import { Changing } from "#console/part/changing.tsx";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

/** Kinds that live in a mesh and are no resources that people write. */
const HIDDEN: ReadonlySet<string> = new Set(["Dataplane"]);

export function Kinds(): ReactNode {
  const say = useSay();
  const { org, mesh } = useParams({ from: "/o/$org/m/$mesh/resources" });
  const [{ name = "", used }, set] = useFilters<"name" | "used">();
  const { answer, meshes } = useMeshes(org);
  const counts = meshes.find((one) => one.name === mesh)?.resources ?? {};
  const word = name.toLowerCase();
  const grant = useGrant(org);
  // Who may not read a kind is shown none of it, and asks for nothing that would be refused.
  const isSeen = (kind: KindRow): boolean => grant.isKnown && grant.may("read", scopedKind(kind));
  const kinds = useKinds(org).filter(
    (kind) => kind.name.toLowerCase().includes(word) && !HIDDEN.has(kind.name) && isSeen(kind),
  );
  const countOf = (kind: KindRow): number => counts[kind.name]?.total ?? 0;
  const inMesh = kinds.filter((kind) => kind.scope === "Mesh" && (used !== "true" || countOf(kind) > 0));
  const groups = [
    ["kinds.policies", inMesh.filter(({ policy }) => policy !== undefined)],
    ["kinds.others", inMesh.filter(({ policy }) => policy === undefined)],
  ] as const;
  const everywhere = kinds.filter(({ scope }) => scope === "Global");
  return (
    <Page
      title={say("nav.resources")}
      actions={
        <>
          <Changing org={org} mesh={mesh} verb="plan">
            <Link className="button" data-kind="first" to="/o/$org/m/$mesh/new" params={{ org, mesh }}>
              <Plus aria-hidden size={16} />
              {say("kinds.new")}
            </Link>
          </Changing>
          <Link className="button" to="/o/$org/resources/$plural/$name" params={{ org, plural: "meshes", name: mesh }}>
            {say("mesh.show")}
          </Link>
        </>
      }
    >
      <Filters>
        <TextFilter label={say("kind")} value={name} onChange={(value) => set("name", value)} />
        <ChoiceFilter
          label={say("kinds.used")}
          value={used}
          options={[{ id: "true", text: say("kinds.used.only") }]}
          onChange={(value) => set("used", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {() => (
          <div className="stack">
            {groups.map(
              ([title, rows]) =>
                rows.length > 0 && (
                  <section key={title} className="panel part">
                    <h2>{say(title)}</h2>
                    <ul className="tiles">
                      {rows
                        .toSorted((a, b) => Math.sign(countOf(b)) - Math.sign(countOf(a)))
                        .map((kind) => (
                          <li key={kind.name}>
                            <Link
                              className="tile"
                              to="/o/$org/m/$mesh/resources/$plural"
                              params={{ org, mesh, plural: kind.path }}
                            >
                              <span>{kind.name}</span>
                              <strong className={countOf(kind) === 0 ? "soft" : undefined}>
                                {say("figure", { figure: countOf(kind) })}
                              </strong>
                            </Link>
                          </li>
                        ))}
                    </ul>
                  </section>
                ),
            )}
            {everywhere.length > 0 && (
              <section className="panel part">
                <h2>{say("kinds.everywhere")}</h2>
                <ul className="tiles">
                  {everywhere.map((kind) => (
                    <li key={kind.name}>
                      <Link className="tile" to="/o/$org/resources/$plural" params={{ org, plural: kind.path }}>
                        <span>{kind.name}</span>
                        <CountOf org={org} plural={kind.path} />
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
        )}
      </Waiting>
    </Page>
  );
}

/** How many there are of a kind that belongs to no mesh. */
function CountOf({ org, plural }: { readonly org: string; readonly plural: string }): ReactNode {
  const say = useSay();
  const params = { organisation: org, plural };
  const { data } = useAnswer("listGlobal", { params, query: { size: "1" } }, 60_000);
  if (data === undefined) return null;
  return <strong className={data.total === 0 ? "soft" : undefined}>{say("figure", { figure: data.total })}</strong>;
}
