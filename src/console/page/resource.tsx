// One resource: its text, the proxies it affects, who wrote which field, its past, and its deletion by plan.
import { Link, useParams } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAnswer } from "#console/data/api.ts";
import { scopedKind, useGrant } from "#console/data/grant.ts";
import { kindOfPath, useKinds } from "#console/data/kind.ts";
import { useOlder } from "#console/data/older.ts";
import type { ResourcePlace } from "#console/data/resource-place.ts";
import { Changing } from "#console/part/changing.tsx";
import { Patch } from "#console/part/difference.tsx";
import { Moment } from "#console/part/moment.tsx";
import { More } from "#console/part/more.tsx";
import { Page } from "#console/part/page.tsx";
import { PlanWindow } from "#console/part/plan-window.tsx";
import { ProxyNames } from "#console/part/proxy-names.tsx";
import { actorOf } from "#console/part/summary.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { Yaml } from "#console/part/yaml.tsx";
import { useSay } from "#console/text/say.ts";
import { Blame } from "./blame.tsx";
import { Doubts } from "./doubts.tsx";

const MOST = "200";

export function MeshResource(): ReactNode {
  return <Resource {...useParams({ from: "/o/$org/m/$mesh/resources/$plural/$name" })} />;
}

export function GlobalResource(): ReactNode {
  return <Resource {...useParams({ from: "/o/$org/resources/$plural/$name" })} mesh="" />;
}

function Resource(place: ResourcePlace): ReactNode {
  const say = useSay();
  const { org, mesh, plural, name } = place;
  const params = { organisation: org, mesh, plural, name };
  const answer = useAnswer(mesh === "" ? "getGlobal" : "get", { params });
  const kind = kindOfPath(useKinds(org), plural);
  const grant = useGrant(org);
  const [isDeleting, setDeleting] = useState(false);
  const edit = kind?.readOnly === false && answer.data !== undefined && (
    <EditLink {...place}>
      <Pencil aria-hidden size={16} />
      {say("resource.edit")}
    </EditLink>
  );
  // Who may change a Mesh may not therefore end it.
  const own = kind?.name === "Mesh" ? name : mesh === "" ? null : mesh;
  const mayRemove = kind && grant.mayIn("delete", scopedKind(kind), mesh === "" ? null : mesh);
  const remove = kind?.readOnly === false && answer.data !== undefined && mayRemove && (
    <button type="button" className="button" onClick={() => setDeleting(true)}>
      <Trash2 aria-hidden size={16} />
      {say("resource.delete")}
    </button>
  );
  return (
    <Page
      title={name}
      actions={
        kind && (
          <Changing org={org} mesh={own} verb="plan" kind={scopedKind(kind)}>
            {edit}
            {remove}
          </Changing>
        )
      }
    >
      <p className="trail">
        {mesh === "" ? (
          <Link to="/o/$org/resources/$plural" params={{ org, plural }}>
            {kind?.name ?? plural}
          </Link>
        ) : (
          <Link to="/o/$org/m/$mesh/resources/$plural" params={{ org, mesh, plural }}>
            {kind?.name ?? plural}
          </Link>
        )}
      </p>
      <Waiting answer={answer}>
        {(data) => (
          <div className="columns">
            <section className="panel part">
              <h2>{say("resource.text")}</h2>
              <Yaml value={data} label={say("resource.text")} />
            </section>
            <div className="stack">
              {kind && mesh !== "" && <Doubts org={org} mesh={mesh} type={kind.name} name={name} />}
              {kind?.policy !== undefined && <Affected {...place} />}
              <Past {...place} />
              <Blame {...place} />
            </div>
          </div>
        )}
      </Waiting>
      {isDeleting && kind && (
        <PlanWindow
          org={org}
          title={say("resource.delete.title", { what: `${kind.name} ${name}` })}
          about={({ changes }) => say("resource.delete.what", { count: changes.length })}
          change={{ delete: [{ type: kind.name, name, ...(mesh !== "" && { mesh }) }] }}
          deed={say("resource.delete")}
          isGrave
          onClose={() => setDeleting(false)}
        />
      )}
    </Page>
  );
}

function EditLink({ org, mesh, plural, name, children }: ResourcePlace & { readonly children: ReactNode }): ReactNode {
  return mesh === "" ? (
    <Link className="button" to="/o/$org/edit/$plural/$name" params={{ org, plural, name }}>
      {children}
    </Link>
  ) : (
    <Link className="button" to="/o/$org/m/$mesh/edit/$plural/$name" params={{ org, mesh, plural, name }}>
      {children}
    </Link>
  );
}

function Affected({ org, mesh, plural, name }: ResourcePlace): ReactNode {
  const say = useSay();
  const answer = useAnswer(
    "policyDataplanes",
    { params: { organisation: org, mesh, plural, name }, query: { size: MOST } },
    30_000,
  );
  return (
    <section className="panel part">
      <h2>{say("resource.affected")}</h2>
      <Waiting answer={answer}>
        {({ total, items }) => (
          <ProxyNames org={org} mesh={mesh} items={items} total={total} none={say("resource.affected.none")} />
        )}
      </Waiting>
    </section>
  );
}

function Past({ org, mesh, plural, name }: ResourcePlace): ReactNode {
  const say = useSay();
  const params = { organisation: org, mesh, plural, name };
  const answer = useOlder(mesh === "" ? "resourceHistoryGlobal" : "resourceHistory", { params }, 10);
  return (
    <section className="panel part">
      <h2>{say("resource.history")}</h2>
      <Waiting answer={answer}>
        {({ pages }) => (
          <>
            <ul className="lines apart">
              {pages
                .flatMap(({ items }) => items)
                .map((item) => (
                  <li key={item.revision}>
                    <Link to="/o/$org/activity/$revision" params={{ org, revision: String(item.revision) }}>
                      {say("revision.title", { revision: String(item.revision) })}
                    </Link>
                    <span>{say(`resource.${item.change}`)}</span>
                    <strong>{actorOf(item)}</strong>
                    <span className="soft">
                      <Moment at={item.time} />
                    </span>
                    {item.reason !== "" && <span className="soft">{item.reason}</span>}
                    {item.change === "updated" && (
                      <details className="fold">
                        <summary>{say("resource.difference")}</summary>
                        <Patch item={item} />
                      </details>
                    )}
                  </li>
                ))}
            </ul>
            {pages[0]?.items.length === 0 && <p className="soft">{say("resource.history.none")}</p>}
            <More answer={answer} />
          </>
        )}
      </Waiting>
    </section>
  );
}
