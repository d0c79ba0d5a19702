// Everybody with everybody: a grid to look over, or a list to read; with a plan, as it would be after it.
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import type { WireAccessMatrix } from "#api/access.ts";
import type { Filters as FilterValues } from "#console/data/filter.ts";
import { type Cell, calledOf, cellsOf } from "#console/part/access-cells.ts";
import { AccessGrid } from "#console/part/access-grid.tsx";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { reasonText } from "#console/part/reason.ts";
import { Status } from "#console/part/status.tsx";
import type { AccessChange } from "#console/part/turn.ts";
import { OUTCOME_TONES, OUTCOMES, Rule } from "#console/part/verdict.tsx";
import { type Say, useSay } from "#console/text/say.ts";

/** Pairs of a list; beyond, it is narrowed first. */
const MOST = 10_000;

type Filter = "outcome" | "name" | "view";

interface AccessMatrixProps {
  readonly org: string;
  readonly mesh: string;
  readonly matrix: WireAccessMatrix;
  /** Of a plan, in this mesh; null where none is looked at. */
  readonly changes: readonly AccessChange[] | null;
  readonly filters: FilterValues<Filter>;
  readonly onFilter: (key: Filter, value: string) => void;
  readonly onChoose: (cell: Cell) => void;
}

const callerOf = (from: string, say: Say): string => (from === "*" ? say("access.anyone") : from);

export function AccessMatrix({
  org,
  mesh,
  matrix,
  changes,
  filters,
  onFilter,
  onChoose,
}: AccessMatrixProps): ReactNode {
  const say = useSay();
  const { outcome, name = "", view = "grid" } = filters;
  const [isAll, setAll] = useState(false);
  const isChanged = changes !== null && changes.length > 0 && !isAll;
  const cells = useMemo(
    () => cellsOf(matrix, { name, ...(outcome !== undefined && { outcome }), isChanged }, changes ?? []),
    [matrix, name, outcome, isChanged, changes],
  );
  return (
    <section className="stack">
      <h2>{say("access.matrix")}</h2>
      <Filters>
        <TextFilter label={say("access.filter")} value={name} onChange={(value) => onFilter("name", value)} />
        <ChoiceFilter
          label={say("access.outcome")}
          value={outcome}
          options={OUTCOMES.map((id) => ({ id, text: say(`access.${id}`) }))}
          onChange={(value) => onFilter("outcome", value)}
        />
        <fieldset className="either" aria-label={say("access.view")}>
          {(["grid", "list"] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-pressed={one === view}
              onClick={() => onFilter("view", one === "grid" ? "" : one)}
            >
              {say(`access.view.${one}`)}
            </button>
          ))}
        </fieldset>
        {changes !== null && changes.length > 0 && (
          <button type="button" className="button" aria-pressed={isChanged} onClick={() => setAll(!isAll)}>
            {say("access.changed.only")}
          </button>
        )}
      </Filters>
      <p className="soft" role="status">
        {say("access.shown", { count: cells.count, rows: cells.rows.length, columns: cells.columns.length })}
      </p>
      {cells.count === 0 ? (
        <div className="panel empty">
          {matrix.from.length > 0 ? (
            <h2>{say("filter.none")}</h2>
          ) : (
            <>
              <h2>{say("access.nobody")}</h2>
              <p className="soft">{say("access.nobody.about")}</p>
            </>
          )}
        </div>
      ) : view === "list" ? (
        <Pairs org={org} mesh={mesh} cells={cells} />
      ) : (
        <>
          <AccessGrid cells={cells} label={say("access.matrix")} onChoose={onChoose} />
          <p className="soft">{say("access.keys")}</p>
          <Legend />
        </>
      )}
    </section>
  );
}

/** What the signs of the grid mean. */
function Legend(): ReactNode {
  const say = useSay();
  return (
    <ul className="legend">
      {OUTCOMES.map((outcome) => (
        <li key={outcome}>
          <Status tone={OUTCOME_TONES[outcome]}>{say(`access.${outcome}`)}</Status>
        </li>
      ))}
    </ul>
  );
}

interface PairsProps {
  readonly org: string;
  readonly mesh: string;
  readonly cells: ReturnType<typeof cellsOf>;
}

function Pairs({ org, mesh, cells }: PairsProps): ReactNode {
  const say = useSay();
  const rows = useMemo((): readonly Cell[] => {
    if (cells.count > MOST) return [];
    return cells.rows.flatMap((_, row) => cells.columns.flatMap((__, column) => cells.at(row, column) ?? []));
  }, [cells]);
  const columns = useMemo<readonly ListColumn<Cell>[]>(
    () => [
      { id: "from", title: say("access.from"), by: ({ from }) => from, cell: ({ from }) => callerOf(from, say) },
      { id: "to", title: say("access.to"), by: calledOf, cell: calledOf },
      {
        id: "outcome",
        title: say("access.outcome"),
        by: ({ verdict }) => verdict.outcome,
        cell: (pair) => <PairLink org={org} mesh={mesh} pair={pair} />,
      },
      {
        id: "rule",
        title: say("access.because"),
        isWide: true,
        cell: ({ verdict }) =>
          verdict.rule ? <Rule org={org} mesh={mesh} rule={verdict.rule} /> : reasonText(verdict, say),
      },
    ],
    [say, org, mesh],
  );
  if (cells.count > MOST) return <p className="panel part">{say("access.many", { most: MOST })}</p>;
  return (
    <List
      label={say("access.pairs")}
      columns={columns}
      rows={rows}
      keyOf={(cell) => `${cell.from} ${calledOf(cell)}`}
      empty={<h2>{say("filter.none")}</h2>}
    />
  );
}

/** The outcome, which leads to the question about this pair; whoever has no certificate can be asked about no further. */
function PairLink({
  org,
  mesh,
  pair,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly pair: Cell;
}): ReactNode {
  const say = useSay();
  const { from, to, port, verdict, before } = pair;
  const outcome = say(`access.${verdict.outcome}`);
  const text = before === undefined ? outcome : `${say(`access.${before.outcome}`)} → ${outcome}`;
  const status = <Status tone={OUTCOME_TONES[verdict.outcome]}>{text}</Status>;
  if (from === "*") return status;
  return (
    <Link
      className="plain"
      to="/o/$org/m/$mesh/access"
      params={{ org, mesh }}
      search={(was) => ({ ...was, from, to, ...(port !== undefined && { port }) })}
      title={reasonText(verdict, say)}
      aria-label={say("access.cell", { from, to: calledOf(pair), outcome: text })}
    >
      {status}
    </Link>
  );
}
