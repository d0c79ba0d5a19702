// The first page: how it stands in one sentence, what needs attention first, zones, and what changed lately.
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { OverviewBody, OverviewProblem } from "#api/overview.ts";
import { useAnswer } from "#console/data/api.ts";
import { useKinds } from "#console/data/kind.ts";
import { useMesh } from "#console/data/mesh.ts";
import { type Place, placeOf } from "#console/data/problem-place.ts";
import { DELIVERY_TONES } from "#console/part/delivery.tsx";
import { DeliveryChart } from "#console/part/delivery-chart.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Page } from "#console/part/page.tsx";
import { Status, type Tone } from "#console/part/status.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay, useTell } from "#console/text/say.ts";

const TONES: Readonly<Record<OverviewProblem["severity"], Tone>> = { error: "bad", warning: "doubt", info: "none" };
const ZONE_TONES = { online: "good", unknown: "bad", empty: "none" } as const;

export function Overview(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org" });
  const answer = useAnswer("organisationOverview", { params: { organisation: org } });
  return (
    <Page
      title={say("nav.overview")}
      actions={
        <Link
          className="button"
          data-kind={answer.data?.counts.zones.total === 0 ? "first" : undefined}
          to="/o/$org/start"
          params={{ org }}
        >
          {say("first.title")}
        </Link>
      }
    >
      <Waiting answer={answer}>
        {(data) => (
          <div className="stack">
            <Health overview={data} />
            <Counts org={org} counts={data.counts} />
            {isGrave(data.problems) && <Problems org={org} problems={data.problems} title="overview.problems" />}
            <div className="columns">
              <Zones org={org} zones={data.zones} />
              <Revisions org={org} revisions={data.revisions} />
            </div>
            <DeliveryChart org={org} size="20" />
            {!isGrave(data.problems) && data.problems.total > 0 && (
              <Problems org={org} problems={data.problems} title="overview.notes" />
            )}
          </div>
        )}
      </Waiting>
    </Page>
  );
}

/** Whether any of them needs somebody now; the others may be read at leisure, below the rest. */
function isGrave({ bySeverity: { error, warning } }: OverviewBody["problems"]): boolean {
  return error + warning > 0;
}

/** One sentence: the gravest there is. */
function Health({ overview: { counts, problems } }: { readonly overview: OverviewBody }): ReactNode {
  const say = useSay();
  const { error, warning } = problems.bySeverity;
  const [tone, key] =
    error > 0
      ? (["bad", "overview.health.error"] as const)
      : warning > 0
        ? (["doubt", "overview.health.warning"] as const)
        : counts.zones.total === 0
          ? (["none", "overview.health.empty"] as const)
          : (["good", "overview.health.good"] as const);
  return (
    <p className="health panel" data-tone={tone}>
      <Status tone={tone}>{say(key, { count: error > 0 ? error : warning })}</Status>
    </p>
  );
}

function Counts({ org, counts }: { readonly org: string; readonly counts: OverviewBody["counts"] }): ReactNode {
  const say = useSay();
  const { proxies, zones, relays } = counts;
  const { mesh } = useMesh(org);
  const inMesh = (page: string): Place | undefined =>
    mesh === null ? undefined : { to: `/o/$org/m/$mesh/${page}`, params: { org, mesh } };
  return (
    <ul className="figures">
      <Figure name={say("overview.meshes")} figure={counts.meshes} place={{ to: "/o/$org/meshes", params: { org } }} />
      <Figure name={say("overview.services")} figure={counts.services} place={inMesh("services")} />
      <Figure
        name={say("nav.proxies")}
        place={inMesh("proxies")}
        figure={proxies.total}
        about={say("overview.proxies", {
          online: proxies.online,
          unknown: proxies.unknown,
          rest: proxies.offline + proxies.degraded,
        })}
      />
      <Figure
        name={say("nav.zones")}
        place={{ to: "/o/$org/zones", params: { org } }}
        figure={zones.total}
        about={say("overview.zones", { online: zones.online, relays: relays.online })}
      />
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly figure: number;
  readonly about?: string;
  /** Where what it counts is listed. */
  readonly place: Place | undefined;
}

function Figure({ name, figure, about, place }: FigureProps): ReactNode {
  const say = useSay();
  return (
    <li className="panel figure">
      <span className="soft">{place === undefined ? name : <Link {...place}>{name}</Link>}</span>
      <strong>{say("figure", { figure })}</strong>
      {about !== undefined && <span className="soft">{about}</span>}
    </li>
  );
}

interface ProblemsProps {
  readonly org: string;
  readonly problems: OverviewBody["problems"];
  readonly title: "overview.problems" | "overview.notes";
}

function Problems({ org, problems, title }: ProblemsProps): ReactNode {
  const say = useSay();
  const tell = useTell();
  const kinds = useKinds(org);
  return (
    <section className="panel part">
      <h2>{say(title)}</h2>
      <ul className="lines">
        {problems.items.map((problem) => (
          <li key={`${problem.kind} ${problem.text}`}>
            <Status tone={TONES[problem.severity]}>
              <Said place={placeOf(problem, org, kinds)}>{tell(problem.text)}</Said>
            </Status>
            {whoseOf(problem) !== null && <strong>{whoseOf(problem)}</strong>}
            {problem.count > 1 && <span className="soft">{say("overview.alike", { count: problem.count })}</span>}
            {problem.words !== "" && <code>{tell(problem.words)}</code>}
            {problem.since !== null && (
              <span className="soft">
                <Moment at={problem.since} />
              </span>
            )}
            {problem.about.revision !== undefined && (
              <Link to="/o/$org/activity/$revision" params={{ org, revision: String(problem.about.revision) }}>
                {say("revision.title", { revision: String(problem.about.revision) })}
              </Link>
            )}
          </li>
        ))}
      </ul>
      {problems.total > problems.items.length && (
        <p className="soft">{say("overview.problems.more", { rest: problems.total - problems.items.length })}</p>
      )}
    </section>
  );
}

/** The resource that it is about, where the sentence does not name it. */
function whoseOf({ text, about: { type, name } }: OverviewProblem): string | null {
  return type === undefined || name === undefined || text.includes(name) ? null : `${type} ${name}`;
}

function Said({ place, children }: { readonly place: Place | undefined; readonly children: string }): ReactNode {
  return place === undefined ? children : <Link {...place}>{children}</Link>;
}

function Zones({ org, zones }: { readonly org: string; readonly zones: OverviewBody["zones"] }): ReactNode {
  const say = useSay();
  return (
    <section className="panel part">
      <h2>{say("nav.zones")}</h2>
      {zones.length === 0 ? (
        <>
          <p className="soft">{say("zone.what")}</p>
          <Link to="/o/$org/zones" params={{ org }}>
            {say("zone.add")}
          </Link>
        </>
      ) : (
        <ul className="lines">
          {zones.map(({ name, state, enabled, proxies, lastContact }) => (
            <li key={name}>
              <Status tone={enabled ? ZONE_TONES[state] : "doubt"}>
                <strong>{name}</strong>
              </Status>
              <span className="soft">{say(enabled ? `overview.zone.${state}` : "zone.state.disabled")}</span>
              <span className="soft">{say("overview.zone.proxies", { count: proxies.total })}</span>
              {state === "unknown" && lastContact !== null && (
                <span className="soft">
                  <Moment at={lastContact} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Revisions({
  org,
  revisions,
}: {
  readonly org: string;
  readonly revisions: OverviewBody["revisions"];
}): ReactNode {
  const say = useSay();
  return (
    <section className="panel part">
      <h2>{say("overview.changes")}</h2>
      {revisions.length === 0 ? (
        <p className="soft">{say("revision.about")}</p>
      ) : (
        <ul className="lines">
          {revisions.map(({ revision, reason, committedAt, state }) => (
            <li key={revision}>
              <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
                {say("revision.title", { revision: String(revision) })}
              </Link>
              <Status tone={DELIVERY_TONES[state]}>{say(`delivery.${state}`)}</Status>
              <span>{reason}</span>
              <span className="soft">
                <Moment at={committedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
