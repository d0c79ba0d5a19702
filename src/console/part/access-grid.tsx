// The matrix as a grid: drawn only where it is looked at, walked by arrow keys, five hundred services as five.
// biome-ignore-all lint/a11y/useSemanticElements: no table draws only the part of it that is looked at
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { useSay } from "#console/text/say.ts";
import { type Cell, type Cells, stepOf } from "./access-cells.ts";
import { Status } from "./status.tsx";
import { turnOf } from "./turn.ts";
import { OUTCOME_TONES } from "./verdict.tsx";

/** Pixels. */
const ROW = 34;
const COLUMN = 46;
const HEAD = 132;
const SIDE = 168;
const NARROW_SIDE = 112;

interface AccessGridProps {
  readonly cells: Cells;
  readonly label: string;
  readonly onChoose: (cell: Cell) => void;
}

export function AccessGrid({ cells, label, onChoose }: AccessGridProps): ReactNode {
  const say = useSay();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const [isNarrow] = useState(() => matchMedia("(max-width: 600px)").matches);
  const side = isNarrow ? NARROW_SIDE : SIDE;
  const { rows, columns } = cells;
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 6,
    scrollPaddingStart: HEAD,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => frame.current,
    estimateSize: () => COLUMN,
    overscan: 6,
    scrollPaddingStart: side,
  });
  const row = Math.min(at[0], rows.length - 1);
  const column = Math.min(at[1], columns.length - 1);
  const goTo = (next: readonly [number, number]): void => {
    setAt(next);
    down.scrollToIndex(next[0]);
    across.scrollToIndex(next[1]);
  };
  const press = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey } = event;
    const page = Math.max(1, Math.floor(((frame.current?.clientHeight ?? 0) - HEAD) / ROW) - 1);
    const next = stepOf(key, ctrlKey || metaKey, [row, column], { rows: rows.length, columns: columns.length, page });
    const cell = cells.at(row, column);
    if (next !== null) goTo(next);
    else if ((key === "Enter" || key === " ") && cell !== null) onChoose(cell);
    else return;
    event.preventDefault();
  };
  const seen = across.getVirtualItems();
  const textOf = (cell: Cell | null, from: string, to: string): string => {
    const who = from === "*" ? say("access.anyone") : from;
    if (cell === null) return say("access.cell", { from: who, to, outcome: say("access.none") });
    const outcome = say(`access.${cell.verdict.outcome}`);
    if (cell.before === undefined) return say("access.cell", { from: who, to, outcome });
    return say("access.cell.changed", { from: who, to, before: say(`access.${cell.before.outcome}`), outcome });
  };
  return (
    <div
      ref={frame}
      className="grid panel"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={`${id}-${row}-${column}`}
      onKeyDown={press}
    >
      <div
        className="grid-area"
        role="presentation"
        style={{ width: side + across.getTotalSize(), height: HEAD + down.getTotalSize() }}
      >
        <div className="grid-head" role="row" tabIndex={-1} aria-rowindex={1} style={{ height: HEAD }}>
          <div className="grid-corner soft" role="columnheader" tabIndex={-1} aria-colindex={1} style={{ width: side }}>
            {say("access.axes")}
          </div>
          {seen.map(({ index, start }) => (
            <div
              key={index}
              className="grid-column"
              role="columnheader"
              tabIndex={-1}
              aria-colindex={index + 2}
              title={columns[index]}
              data-at={index === column || undefined}
              style={{ left: side + start, width: COLUMN, height: HEAD }}
            >
              <span>{columns[index]}</span>
            </div>
          ))}
        </div>
        {down.getVirtualItems().map((line) => {
          const from = rows[line.index] ?? "";
          return (
            <div
              key={from}
              className="grid-row"
              role="row"
              tabIndex={-1}
              aria-rowindex={line.index + 2}
              style={{ top: HEAD + line.start, height: ROW }}
            >
              <div
                className="grid-side"
                role="rowheader"
                tabIndex={-1}
                aria-colindex={1}
                title={from === "*" ? say("access.anyone") : from}
                data-at={line.index === row || undefined}
                style={{ width: side }}
              >
                {from === "*" ? say("access.anyone") : from}
              </div>
              {seen.map(({ index, start }) => {
                const cell = cells.at(line.index, index);
                const called = columns[index] ?? "";
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
                  <div
                    key={index}
                    id={`${id}-${line.index}-${index}`}
                    className="grid-cell"
                    role="gridcell"
                    tabIndex={-1}
                    aria-colindex={index + 2}
                    aria-label={textOf(cell, from, called)}
                    title={textOf(cell, from, called)}
                    data-at={(line.index === row && index === column) || undefined}
                    data-tone={cell === null ? undefined : OUTCOME_TONES[cell.verdict.outcome]}
                    data-turn={cell?.before && turnOf({ ...cell, mesh: "", before: cell.before, after: cell.verdict })}
                    style={{ left: side + start, width: COLUMN, height: ROW }}
                    onClick={() => {
                      setAt([line.index, index]);
                      if (cell !== null) onChoose(cell);
                    }}
                  >
                    {cell !== null && <Status tone={OUTCOME_TONES[cell.verdict.outcome]}>{null}</Status>}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
