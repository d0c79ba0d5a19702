// How many certificates end when: by the hour or by the day.
import type { ReactNode } from "react";
import { endingParts } from "#console/data/ending.ts";
import { countScale } from "#console/data/scale.ts";
import { useSpeech } from "#console/text/say.ts";
import { Chart, percent } from "./chart.tsx";

const HOUR = 3_600_000;
/** Of a bar's place, what the bar leaves free. */
const GAP = 0.15;

interface EndingChartProps {
  /** Milliseconds. */
  readonly ends: readonly number[];
  readonly now: number;
}

/** Nothing where none ends. */
export function EndingChart({ ends, now }: EndingChartProps): ReactNode {
  const { say, language } = useSpeech();
  const parts = endingParts(ends, now);
  const [first, last] = [parts[0], parts.at(-1)];
  const next = parts.find(({ count }) => count > 0);
  if (first === undefined || last === undefined || next === undefined) return null;
  const scale = countScale(parts.map(({ count }) => count));
  const time = new Intl.DateTimeFormat(
    language,
    next.to - next.from <= HOUR ? { dateStyle: "short", timeStyle: "short" } : { dateStyle: "medium" },
  );
  const when = ({ from, to }: (typeof parts)[number]): string => time.formatRange(from, to);
  const figure = (count: number): string => say("figure", { figure: count });
  const sum = parts.reduce((all, { count }) => all + count, 0);
  const width = 1 / parts.length;
  return (
    <Chart
      title={say("chart.ending")}
      told={say("chart.ending.told", { count: sum, first: next.count, when: when(next) })}
      scale={scale}
      tickText={figure}
      ends={[time.format(first.from), time.format(last.to)]}
      table={{
        heads: [say("when"), say("nav.certificates")],
        rows: parts
          .filter(({ count }) => count > 0)
          .map((part) => ({ key: String(part.from), cells: [when(part), figure(part.count)] })),
      }}
    >
      {parts.map((part, at) => (
        <rect
          key={part.from}
          className="chart-bar"
          x={percent((at + GAP) * width)}
          width={percent(width * (1 - 2 * GAP))}
          y={percent(scale.at(part.count))}
          height={percent(1 - scale.at(part.count))}
        >
          <title>{`${when(part)}: ${figure(part.count)}`}</title>
        </rect>
      ))}
    </Chart>
  );
}
