// The zone's step: the relay's command, what was refused, and what stands half done.
import type { ReactNode } from "react";
import { admittedOnly, type FirstFacts, refusalsOf } from "#console/data/first-steps.ts";
import { type ZoneOverview, zoneState } from "#console/data/zone.ts";
import { Status } from "#console/part/status.tsx";
import { Enrolled, useEnrol, ZoneForm } from "#console/part/zone-form.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { Patience } from "./patience.tsx";
import { Refusals } from "./refusals.tsx";

/** What `weft up` calls its own. */
const USUAL = "local";

const HINTS: readonly TextKey[] = [
  "first.zone.hint.output",
  "first.zone.hint.reach",
  "first.zone.hint.port",
  "first.zone.hint.token",
];

interface ZoneStepProps {
  readonly org: string;
  readonly facts: FirstFacts;
  readonly zones: readonly ZoneOverview[];
}

export function ZoneStep({ org, facts, zones }: ZoneStepProps): ReactNode {
  const say = useSay();
  const enrol = useEnrol(org);
  const away = zones.find((zone) => zoneState(zone) === "unknown");
  const waiting = zones.find((zone) => zoneState(zone) === "waiting");
  const [newest] = facts.joins.items;
  const admitted = admittedOnly(facts);
  const made = enrol.data;
  return (
    <>
      {away !== undefined && admitted === undefined && (
        <p>
          <Status tone="bad">{say("first.zone.away", { zone: away.name })}</Status>
        </p>
      )}
      {made === undefined && waiting !== undefined && admitted === undefined && (
        <p>{say(newest?.state === "expired" ? "first.zone.expired" : "first.zone.waiting", { zone: waiting.name })}</p>
      )}
      {admitted !== undefined && (
        <p aria-live="polite">
          <Status tone="doubt">{say("first.zone.admitted", { zone: admitted.zone })}</Status>
        </p>
      )}
      {made !== undefined ? (
        <Enrolled org={org} enrolment={made} />
      ) : (
        <ZoneForm key={`form ${waiting?.name}`} enrol={enrol} name={waiting?.name ?? away?.name ?? USUAL} />
      )}
      <Refusals refused={refusalsOf("relay", facts, Date.now())} />
      {made !== undefined && (
        <button type="button" className="button again" onClick={() => enrol.mutate(made.zone)}>
          {say("first.zone.again")}
        </button>
      )}
      {[made, admitted, waiting, away].some((one) => one !== undefined) && (
        <Patience key={`help ${made?.command}`} hints={HINTS} />
      )}
    </>
  );
}
