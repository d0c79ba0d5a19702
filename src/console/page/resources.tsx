// Resources of one kind: what each is for, where it comes from, and how many proxies it affects.
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { WireResource } from "#api/kuma.ts";
import { useAnswer } from "#console/data/api.ts";
import { useFilters } from "#console/data/filter.ts";
import { scopedKind } from "#console/data/grant.ts";
import { kindOfPath, useKinds } from "#console/data/kind.ts";
import { useOlder } from "#console/data/older.ts";
import { Changing } from "#console/part/changing.tsx";
import { CopyLine } from "#console/part/copy-line.tsx";
import { Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { More } from "#console/part/more.tsx";
import { Page } from "#console/part/page.tsx";
import { targetText } from "#console/part/target.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

const SIZE = 200;

/** What of a resource a list shows. */
interface Row extends WireResource {
  readonly labels?: Readonly<Record<string, string>>;
  readonly modificationTime?: string;
  readonly spec?: unknown;
}

export function MeshResources(): ReactNode {
  return <Resources {...useParams({ from: "/o/$org/m/$mesh/resources/$plural" })} />;
}

export function GlobalResources(): ReactNode {
  return <Resources {...useParams({ from: "/o/$org/resources/$plural" })} mesh="" />;
}

interface ResourcesProps {
  readonly org: string;
  /** Empty for what belongs to no mesh. */
  readonly mesh: string;
  readonly plural: string;
}

function Resources({ org, mesh, plural }: ResourcesProps): ReactNode {
  const say = useSay();
  const [{ name }, set] = useFilters<"name">();
  const kind = kindOfPath(useKinds(org), plural);
  const answer = useOlder(
    mesh === "" ? "listGlobal" : "list",
    { params: { organisation: org, mesh, plural }, query: name === undefined ? {} : { name } },
    SIZE,
  );
  const rows = useMemo(() => (answer.data?.pages.flatMap(({ items }) => items) ?? []) as readonly Row[], [answer.data]);
  const isPolicy = kind?.policy !== undefined;
  const columns = useMemo<readonly ListColumn<Row>[]>(() => {
    const all: readonly (ListColumn<Row> & { readonly isOfPolicies?: boolean })[] = [
      {
        id: "name",
        title: say("name"),
        by: (row) => row.name,
        cell: (row) => (
          <ResourceLink org={org} mesh={mesh} plural={plural} name={row.name}>
            <strong>{row.name}</strong>
          </ResourceLink>
        ),
      },
      {
        id: "target",
        title: say("resource.target"),
        isOfPolicies: true,
        isWide: true,
        by: ({ spec }) => targetText(spec) ?? "",
        cell: ({ spec }) => targetText(spec) ?? say("resource.target.all"),
      },
      {
        id: "proxies",
        title: say("nav.proxies"),
        isOfPolicies: true,
        cell: (row) => <Affected org={org} mesh={mesh} plural={plural} name={row.name} />,
      },
      {
        id: "origin",
        title: say("resource.origin"),
        isWide: true,
        by: ({ labels = {} }) => labels["kuma.io/zone"] ?? "",
        cell: ({ labels = {} }) => labels["kuma.io/zone"] ?? say("resource.origin.global"),
      },
      {
        id: "when",
        title: say("resource.changed"),
        by: ({ modificationTime = "" }) => modificationTime,
        cell: ({ modificationTime }) => modificationTime !== undefined && <Moment at={modificationTime} />,
      },
    ];
    return all.filter(({ isOfPolicies }) => isPolicy || isOfPolicies !== true);
  }, [say, org, mesh, plural, isPolicy]);
  const title = kind?.name ?? plural;
  const add = kind?.readOnly === false && <NewLink org={org} mesh={mesh} kind={kind.name} />;
  return (
    <Page title={title} actions={add}>
      <Filters>
        <TextFilter label={say("name")} value={name} onChange={(value) => set("name", value)} />
      </Filters>
      <Waiting answer={answer}>
        {() => (
          <>
            <List
              label={title}
              columns={columns}
              rows={rows}
              keyOf={(row) => row.name}
              empty={
                name !== undefined ? (
                  <h2>{say("filter.none")}</h2>
                ) : (
                  <>
                    <h2>{say("resource.none", { kind: title })}</h2>
                    <p className="soft">{say("resource.none.about")}</p>
                    {add}
                    <CopyLine label={say("resource.apply")} text={`npx weft apply -f ${title.toLowerCase()}.yaml`} />
                  </>
                )
              }
            />
            <More answer={answer} text="more.rows" />
          </>
        )}
      </Waiting>
    </Page>
  );
}

function NewLink({
  org,
  mesh,
  kind,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly kind: string;
}): ReactNode {
  const say = useSay();
  const text = (
    <>
      <Plus aria-hidden size={16} />
      {say("resource.new", { kind })}
    </>
  );
  return (
    <Changing org={org} mesh={mesh === "" ? null : mesh} verb="plan" kind={scopedKind({ name: kind, readOnly: false })}>
      {mesh === "" ? (
        <Link className="button" data-kind="first" to="/o/$org/new" params={{ org }} search={{ kind }}>
          {text}
        </Link>
      ) : (
        <Link className="button" data-kind="first" to="/o/$org/m/$mesh/new" params={{ org, mesh }} search={{ kind }}>
          {text}
        </Link>
      )}
    </Changing>
  );
}

interface ResourceLinkProps extends ResourcesProps {
  readonly name: string;
  readonly children: ReactNode;
}

function ResourceLink({ org, mesh, plural, name, children }: ResourceLinkProps): ReactNode {
  return mesh === "" ? (
    <Link to="/o/$org/resources/$plural/$name" params={{ org, plural, name }}>
      {children}
    </Link>
  ) : (
    <Link to="/o/$org/m/$mesh/resources/$plural/$name" params={{ org, mesh, plural, name }}>
      {children}
    </Link>
  );
}

/** How many proxies a policy selects: asked for each row that is drawn. */
function Affected({ org, mesh, plural, name }: ResourcesProps & { readonly name: string }): ReactNode {
  const say = useSay();
  const { data } = useAnswer(
    "policyDataplanes",
    { params: { organisation: org, mesh, plural, name }, query: { size: "1" } },
    60_000,
  );
  return data === undefined ? null : say("figure", { figure: data.total });
}
