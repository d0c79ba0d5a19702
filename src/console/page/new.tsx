// A new resource: of which kind, then the editor with one that is valid to begin from.
import { Link, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ResourceTypes } from "#api/kuma.ts";
import { useAnswer } from "#console/data/api.ts";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { Drafted } from "./drafted.tsx";
import { Editor, useSchema } from "./edit.tsx";

export function New(): ReactNode {
  const { org = "", mesh = "" } = useParams({ strict: false });
  const { kind, want, from, to, ...rest } = useSearch({ strict: false });
  if ((want === "allow" || want === "deny") && from !== undefined && to !== undefined) {
    const { port, method, path } = rest;
    const wanted = { want, from, to, ...(port && { port }), ...(method && { method }), ...(path && { path }) } as const;
    return <Drafted org={org} mesh={mesh} wanted={wanted} />;
  }
  return kind === undefined ? <Kinds org={org} mesh={mesh} /> : <NewOf key={kind} org={org} mesh={mesh} kind={kind} />;
}

function NewOf({ org, mesh, kind }: { readonly org: string; readonly mesh: string; readonly kind: string }): ReactNode {
  const say = useSay();
  const schema = useSchema(org, kind);
  return (
    <Page title={say("editor.new", { kind })}>
      <Waiting answer={schema}>
        {(found) => <Editor {...{ org, mesh }} kind={found} name={null} held={null} revision={undefined} />}
      </Waiting>
    </Page>
  );
}

type TypeRow = ResourceTypes["resources"][number];

const GROUPS: readonly { readonly title: TextKey; readonly has: (row: TypeRow) => boolean }[] = [
  { title: "editor.kinds.policies", has: ({ policy }) => policy?.isTargetRef === true },
  { title: "editor.kinds.resources", has: ({ policy }) => policy === undefined },
  { title: "editor.kinds.older", has: ({ policy }) => policy?.isTargetRef === false },
];

function Kinds({ org, mesh }: { readonly org: string; readonly mesh: string }): ReactNode {
  const say = useSay();
  const types = useAnswer("resourceTypes", { params: { organisation: org } }, HOUR);
  return (
    <Page title={say("editor.kinds")}>
      <Waiting answer={types}>
        {({ resources }) =>
          GROUPS.map(({ title, has }) => {
            const rows = resources.filter(
              (row) => has(row) && !row.readOnly && (row.scope === "Global") === (mesh === ""),
            );
            if (rows.length === 0) return null;
            return (
              <section key={title} className="stack">
                <h2>{say(title)}</h2>
                <ul className="kinds">
                  {rows.map(({ name }) => (
                    <li key={name}>
                      {mesh === "" ? (
                        <Link to="/o/$org/new" params={{ org }} search={{ kind: name }}>
                          {name}
                        </Link>
                      ) : (
                        <Link to="/o/$org/m/$mesh/new" params={{ org, mesh }} search={{ kind: name }}>
                          {name}
                        </Link>
                      )}
                    </li>
                  ))}
                </ul>
              </section>
            );
          })
        }
      </Waiting>
    </Page>
  );
}

const HOUR = 3_600_000;
