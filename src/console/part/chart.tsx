// A chart: what it shows in a sentence, a drawing, and the same numbers as a table for those who read them.
import type { ReactNode } from "react";
import "#console/style/chart.css";
import type { Scale } from "#console/data/scale.ts";
import { useSay } from "#console/text/say.ts";

export interface ChartTable {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

interface ChartProps {
  readonly title: string;
  /** What the drawing says, in a sentence. */
  readonly told: string;
  readonly scale: Scale;
  readonly tickText: (tick: number) => string;
  /** Marks, by percents of the drawing's width and height. */
  readonly children: ReactNode;
  /** What stands below the first and the last mark. */
  readonly ends: readonly [string, string];
  readonly legend?: readonly (readonly [mark: string, text: string])[];
  readonly table: ChartTable;
}

/** Percents, as SVG takes them: the drawing is as wide as its place, and its letters are not stretched. */
export const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;

export function Chart({ title, told, scale, tickText, children, ends, legend = [], table }: ChartProps): ReactNode {
  const say = useSay();
  return (
    <figure className="panel part chart" aria-label={title}>
      <h2>{title}</h2>
      <p className="soft">{told}</p>
      <svg className="chart-drawing" role="img" aria-label={told}>
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className="chart-line" x1="0" x2="100%" y1={percent(scale.at(tick))} y2={percent(scale.at(tick))} />
            <text className="chart-tick" x="2" y={percent(scale.at(tick))} dy={scale.at(tick) < 0.1 ? "12" : "-4"}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {children}
      </svg>
      <div className="chart-ends soft" aria-hidden>
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </div>
      {legend.length > 0 && (
        <ul className="legend soft" aria-hidden>
          {legend.map(([mark, text]) => (
            <li key={mark} className="chart-key" data-mark={mark}>
              {text}
            </li>
          ))}
        </ul>
      )}
      <details className="fold">
        <summary>{say("chart.table")}</summary>
        <table className="chart-table">
          <thead>
            <tr>
              {table.heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ key, cells }) => (
              <tr key={key}>
                {table.heads.map((head, at) => (
                  <td key={head}>{cells[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
