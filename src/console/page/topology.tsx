// Topology: services by zone, what is outside, and who may call whom by which rule; as a graph and as a list of the same.
import { Link, useParams } from "@tanstack/react-router";
import { Crosshair, List as ListIcon, Waypoints, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef } from "react";
import type { GraphBody } from "#api/graph.ts";
import { useAnswer } from "#console/data/api.ts";
import { useFilters } from "#console/data/filter.ts";
import { Detail } from "#console/graph/detail.tsx";
import { GroupIcon } from "#console/graph/group-icon.tsx";
import { isFaulty, openGroup, sceneOf } from "#console/graph/scene.ts";
import { ServiceList } from "#console/graph/service-list.tsx";
import { groupText } from "#console/graph/words.ts";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { JoinProxy } from "#console/part/join-proxy.tsx";
import { Page } from "#console/part/page.tsx";
import { OUTCOMES } from "#console/part/verdict.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";

const Board = lazy(async () => ({ default: (await import("#console/graph/board.tsx")).Board }));

type Key = "name" | "group" | "faults" | "outcome" | "focus" | "hops" | "at" | "to" | "view";

/** Where screens are as narrow the list is shown unless the graph is asked for. Pixels. */
const NARROW = 700;
const HOPS = ["1", "2", "3"] as const;
const SIZES = {
  all: { size: "500", edges: "500" },
  around: { size: "120", edges: "1000" },
  near: { size: "100", edges: "500" },
} as const;

export function Topology(): ReactNode {
  const say = useSay();
  const { org, mesh } = useParams({ from: "/o/$org/m/$mesh/topology" });
  const [filters, , setAll] = useFilters<Key>();
  const { focus, hops = "1", group, at } = filters;
  const params = { organisation: org };
  const asked =
    focus === undefined ? { ...(group !== undefined && { group }), ...SIZES.all } : { focus, hops, ...SIZES.around };
  const answer = useAnswer("graph", { params, query: { mesh, ...asked } }, 30_000);
  const near = useAnswer(
    "graph",
    { params, query: { mesh, focus: at ?? "", ...SIZES.near } },
    30_000,
    at !== undefined,
  );
  // While another part of the graph is on its way, the one before stays as it was asked for.
  const held = useRef<Held | null>(null);
  if (answer.data !== undefined && !answer.isPlaceholderData)
    held.current = { body: answer.data, focus: focus ?? null, hops, group: group ?? null };
  const isNear = at !== undefined && near.data?.nodes.some(({ name }) => name === at) === true;
  const isLost = answer.error instanceof Fault && answer.error.code === "absent" && focus !== undefined;
  return (
    <Page title={say("nav.topology")}>
      <Waiting answer={answer}>
        {(newest) => {
          const shown = held.current ?? { body: newest, focus: focus ?? null, hops, group: group ?? null };
          return shown.body.total.nodes === 0 ? (
            <div className="panel empty">
              <h2>{say("service.none")}</h2>
              <p className="soft">{say("topology.none")}</p>
              <JoinProxy org={org} mesh={mesh} />
            </div>
          ) : (
            <Shown {...{ org, mesh, shown, filters, setAll }} near={isNear ? near.data : undefined} />
          );
        }}
      </Waiting>
      {isLost && (
        <p className="below">
          <Link className="button" to="/o/$org/m/$mesh/topology" params={{ org, mesh }}>
            {say("topology.whole")}
          </Link>
        </p>
      )}
    </Page>
  );
}

/** A part of the graph, and what was asked for it. */
interface Held {
  readonly body: GraphBody;
  readonly focus: string | null;
  readonly hops: string;
  readonly group: string | null;
}

interface ShownProps {
  readonly org: string;
  readonly mesh: string;
  readonly shown: Held;
  readonly near: GraphBody | undefined;
  readonly filters: Readonly<Partial<Record<Key, string>>>;
  readonly setAll: (values: Readonly<Partial<Record<Key, string>>>) => void;
}

function Shown({ org, mesh, shown, near, filters, setAll }: ShownProps): ReactNode {
  const say = useSay();
  const { body, focus, hops, group } = shown;
  const { name = "", faults, outcome = null, at = null, to = null } = filters;
  const view = filters.view ?? (window.innerWidth < NARROW ? "list" : "graph");
  const isList = view === "list";
  const page = useRef<HTMLDivElement>(null);
  const scene = useMemo(
    () => sceneOf(body, near, { focus, group, at, faults: faults === "true", outcome }),
    [body, near, focus, group, at, faults, outcome],
  );
  const word = name.trim().toLowerCase();
  const found = useMemo(
    () => (word === "" ? null : body.nodes.filter((one) => one.name.toLowerCase().includes(word))),
    [body, word],
  );
  const sought = useMemo(() => found && new Set(found.map((one) => one.name)), [found]);
  const soughtIn = useMemo(() => found && new Set(found.map((one) => one.group)), [found]);
  const within = useMemo(
    () =>
      new Map(body.groups.edges.flatMap(({ from, to: end, calls }) => (from === end ? [[from, calls] as const] : []))),
    [body],
  );
  const choose = useCallback(
    (next: string | null, called: string | null) => setAll({ at: next ?? "", to: called ?? "" }),
    [setAll],
  );
  const open = useCallback((next: string | null) => setAll({ group: next ?? "", at: "", to: "" }), [setAll]);
  const centre = useCallback(
    (next: string | null) => setAll({ focus: next ?? "", at: next ?? "", to: "", group: "", name: "" }),
    [setAll],
  );
  /** From the list the keyboard goes on in what was chosen. */
  const chooseInList = useCallback(
    (next: string) => {
      choose(next, null);
      requestAnimationFrame(() => page.current?.querySelector<HTMLElement>("#detail h2")?.focus());
    },
    [choose],
  );
  const listed = (found ?? body.nodes).filter((one) => faults !== "true" || isFaulty(one));
  const opened = openGroup(body, group);
  const groups = [...new Set([...body.groups.nodes.map((one) => one.group), ...(group === null ? [] : [group])])];
  return (
    <div className="topology" ref={page}>
      <div className="topology-bar">
        <Filters>
          <TextFilter label={say("topology.filter")} value={name} onChange={(value) => setAll({ name: value })} />
          {focus === null && (
            <ChoiceFilter
              label={say("topology.where")}
              value={group ?? ""}
              options={groups.map((id) => ({ id, text: groupText(id, say) }))}
              onChange={(value) => open(value === "" ? null : value)}
            />
          )}
          <ChoiceFilter
            label={say("access.outcome")}
            value={outcome ?? ""}
            options={OUTCOMES.map((id) => ({ id, text: say(`access.${id}`) }))}
            onChange={(value) => setAll({ outcome: value })}
          />
          <label className="choice">
            <input
              type="checkbox"
              checked={faults === "true"}
              onChange={({ target }) => setAll({ faults: target.checked ? "true" : "" })}
            />
            {say("topology.faults")}
          </label>
        </Filters>
        <fieldset className="views" aria-label={say("topology.view")}>
          {(["graph", "list"] as const).map((id) => (
            <button
              key={id}
              type="button"
              className="view-button"
              aria-pressed={view === id}
              onClick={() => setAll({ view: id })}
            >
              {id === "graph" ? <Waypoints aria-hidden size={16} /> : <ListIcon aria-hidden size={16} />}
              {say(`topology.view.${id}`)}
            </button>
          ))}
        </fieldset>
      </div>
      {focus !== null && (
        <div className="bar around">
          <Crosshair aria-hidden size={16} />
          <span>{say("topology.around", { name: focus })}</span>
          <ChoiceFilter
            label={say("topology.hops")}
            value={hops === "1" ? "" : hops}
            all={say("topology.hops.some", { count: 1 })}
            options={HOPS.slice(1).map((id) => ({ id, text: say("topology.hops.some", { count: Number(id) }) }))}
            onChange={(value) => setAll({ hops: value })}
          />
          <button type="button" className="button" onClick={() => centre(null)}>
            <X aria-hidden size={15} />
            {say("topology.whole")}
          </button>
        </div>
      )}
      {focus === null && group !== null && (
        <div className="bar around">
          <GroupIcon group={group} />
          <span>{groupText(group, say)}</span>
          <button type="button" className="button" onClick={() => open(null)}>
            <X aria-hidden size={15} />
            {say("topology.whole")}
          </button>
        </div>
      )}
      <p className="soft topology-count" role="status">
        {say("topology.count", {
          shown: isList ? listed.length : scene.services.length,
          total: body.total.nodes,
          calls: body.total.edges,
        })}
        {opened === null && scene.closed.length > 0 && !isList && ` ${say("topology.closed")}`}
        {scene.undrawn > 0 && !isList && ` ${say("topology.undrawn", { count: scene.undrawn })}`}
        {body.cut.nodes > 0 && ` ${say("topology.cut", { count: body.cut.nodes })}`}
      </p>
      {found !== null && !isList && (
        <p className="flow found">
          {found.length === 0 && <span className="soft">{say("filter.none")}</span>}
          {found.slice(0, 10).map((one) => (
            <button key={one.name} type="button" className="link" onClick={() => centre(one.name)}>
              {one.name}
            </button>
          ))}
          {found.length > 10 && <span className="soft">{say("and-more", { rest: found.length - 10 })}</span>}
        </p>
      )}
      <div className="topology-main" data-detail={at !== null || undefined}>
        {isList ? (
          <ServiceList services={listed} at={at} onChoose={chooseInList} empty={<h2>{say("filter.none")}</h2>} />
        ) : scene.services.length + scene.closed.length === 0 ? (
          <div className="panel empty">
            <h2>{say("filter.none")}</h2>
          </div>
        ) : (
          <Suspense fallback={<div className="board panel" />}>
            <Board
              {...{ scene, focus, at, to, sought, soughtIn, within }}
              sight={JSON.stringify([mesh, focus, hops, opened])}
              onChoose={choose}
              onOpen={open}
              onFocus={centre}
            />
          </Suspense>
        )}
        {at !== null && <Detail {...{ org, mesh, at, to, focus, near }} onChoose={choose} onFocus={centre} />}
      </div>
    </div>
  );
}
