// How long the last revisions took from commit to ACK: half of the proxies, nearly all, and the last one.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { useAnswer } from "#console/data/api.ts";
import { lasting, timeScale } from "#console/data/scale.ts";
import { useSpeech } from "#console/text/say.ts";
import { Chart, percent } from "./chart.tsx";

interface DeliveryChartProps {
  readonly org: string;
  /** Revisions that are looked at. */
  readonly size: string;
}

type Times = NonNullable<RevisionDeliveryBody["times"]["acked"]>;

/** Nothing where fewer than two revisions were measured: a page that nothing was delivered to has no such numbers. */
export function DeliveryChart({ org, size }: DeliveryChartProps): ReactNode {
  const { say, language } = useSpeech();
  const answer = useAnswer("listRevisionDeliveries", { params: { organisation: org }, query: { size } });
  const measured = (answer.data?.items ?? [])
    .flatMap(({ revision, times }) => (times.acked === null ? [] : [{ revision: String(revision), ...times.acked }]))
    .reverse();
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const text = (time: number): string => lasting(time, language);
  const slowest = measured.reduce((a, b) => (b.max > a.max ? b : a));
  const scale = timeScale(measured.flatMap(({ p50, max }) => [p50, max]));
  const title = (revision: string): string => say("revision.title", { revision });
  return (
    <Chart
      title={say("chart.delivery")}
      told={say("chart.delivery.told", {
        count: measured.length,
        last: text(last.max),
        slowest: text(slowest.max),
        revision: slowest.revision,
      })}
      scale={scale}
      tickText={text}
      ends={[title(first.revision), title(last.revision)]}
      legend={[
        ["half", say("chart.delivery.p50")],
        ["most", say("chart.delivery.p99")],
        ["all", say("chart.delivery.max")],
      ]}
      table={{
        heads: [
          ...[say("revision"), say("nav.proxies"), say("chart.delivery.p50")],
          ...[say("chart.delivery.p99"), say("chart.delivery.max")],
        ],
        rows: measured.toReversed().map(({ revision, count, p50, p99, max }) => ({
          key: revision,
          cells: [
            <Link key={revision} to="/o/$org/activity/$revision" params={{ org, revision }}>
              {revision}
            </Link>,
            ...[say("figure", { figure: count }), text(p50), text(p99), text(max)],
          ],
        })),
      }}
    >
      {measured.map(({ revision, ...times }, at) => (
        <g key={revision}>
          <title>{`${title(revision)}: ${text(times.p50)} – ${text(times.max)}`}</title>
          <Took times={times} x={percent((at + 0.5) / measured.length)} at={(time) => percent(scale.at(time))} />
        </g>
      ))}
    </Chart>
  );
}

interface TookProps {
  readonly times: Times;
  readonly x: string;
  readonly at: (time: number) => string;
}

function Took({ times: { p50, p99, max }, x, at }: TookProps): ReactNode {
  return (
    <>
      <line className="chart-range" x1={x} x2={x} y1={at(p50)} y2={at(max)} />
      <circle className="chart-all" cx={x} cy={at(max)} r="5" />
      <circle className="chart-most" cx={x} cy={at(p99)} r="4" />
      <circle className="chart-half" cx={x} cy={at(p50)} r="3" />
    </>
  );
}
