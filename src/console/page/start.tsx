// The first steps: from an organisation to the first live request, each ticked by what the control plane sees.
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import "#console/style/first.css";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { useAnswer } from "#console/data/api.ts";
import {
  type FirstFacts,
  pairsOf,
  readyProxies,
  STEPS,
  type Step as StepName,
  seenCalls,
  stepsOf,
} from "#console/data/first-steps.ts";
import { useMesh } from "#console/data/mesh.ts";
import { useZones } from "#console/data/zone.ts";
import { keep, useKept } from "#console/first/kept.ts";
import { PermissionStep } from "#console/first/permission-step.tsx";
import { ProxyStep } from "#console/first/proxy-step.tsx";
import { RequestStep } from "#console/first/request-step.tsx";
import { Step } from "#console/first/step.tsx";
import { ZoneStep } from "#console/first/zone-step.tsx";
import { MeshForm } from "#console/part/mesh-form.tsx";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";

/** What no news tells of; milliseconds. */
const EVERY = 10_000;

export function Start(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org" });
  const navigate = useNavigate();
  const isHidden = useKept(org) === "hidden";
  const { answer, facts, zones } = useFacts(org);
  const hide = async (): Promise<void> => {
    keep(org, "hidden");
    await navigate({ to: "/o/$org", params: { org } });
  };
  const visibility = (
    <button type="button" className="button" onClick={() => (isHidden ? keep(org, "shown") : void hide())}>
      {say(isHidden ? "first.show" : "first.hide")}
    </button>
  );
  return (
    <Page title={say("first.title")} actions={visibility}>
      <p className="soft first-about">{say("first.about")}</p>
      <Waiting answer={answer}>{() => facts !== null && <Steps org={org} facts={facts} zones={zones} />}</Waiting>
    </Page>
  );
}

/** All that the steps are told by, of the mesh that the reader looks at. */
function useFacts(org: string) {
  const params = { organisation: org };
  const { mesh, answer: meshes } = useMesh(org);
  const joins = useAnswer("listJoins", { params }, EVERY);
  const relays = useAnswer("listRelays", { params, query: { size: "100" } }, EVERY);
  const { zones, answer: zonesAnswer } = useZones(org, EVERY);
  const query = { mesh: mesh ?? "" };
  const proxies = useAnswer("listProxies", { params, query: { ...query, size: "100" } }, EVERY, mesh !== null);
  const access = useAnswer("access", { params, query: { ...query, size: "1000" } }, EVERY, mesh !== null);
  const asked: readonly UseQueryResult<unknown, Error>[] = [
    meshes,
    joins,
    relays,
    zonesAnswer,
    ...(mesh === null ? [] : [proxies, access]),
  ];
  const pending = asked.find(({ data }) => data === undefined);
  // Once shown, steps stay: what a new mesh still has to tell comes a moment later.
  const isShown = useRef(false);
  if (pending === undefined) isShown.current = true;
  const failed = asked.find(({ data, error }) => data === undefined && error !== null);
  const answer = failed ?? (isShown.current ? joins : pending) ?? joins;
  const facts: FirstFacts | null =
    joins.data === undefined || relays.data === undefined
      ? null
      : {
          mesh,
          joins: joins.data,
          relays: relays.data.items,
          proxies: mesh === null ? [] : (proxies.data?.items ?? []),
          access: mesh === null ? [] : (access.data?.items ?? []),
        };
  return { answer, facts, zones };
}

interface StepsProps {
  readonly org: string;
  readonly facts: FirstFacts;
  readonly zones: ReturnType<typeof useZones>["zones"];
}

function Steps({ org, facts, zones }: StepsProps): ReactNode {
  const say = useSay();
  const states = stepsOf(facts);
  const list = useRef<HTMLOListElement>(null);
  const next = STEPS.find((step) => states[step] === "next");
  useFollowing(list, next);
  useEffect(() => {
    if (next === undefined) keep(org, "done");
  }, [next, org]);
  const { received, sent } = seenCalls(facts, facts.mesh);
  const [pair] = pairsOf(facts.access).allowed;
  const relay = facts.relays.find(({ online, address }) => online && address !== "");
  const body: Readonly<Record<StepName, ReactNode>> = {
    organisation: null,
    mesh: <MeshForm org={org} name="default" />,
    zone: <ZoneStep org={org} facts={facts} zones={zones} />,
    proxy: <ProxyStep org={org} facts={facts} />,
    permission: <PermissionStep org={org} facts={facts} />,
    request: <RequestStep org={org} facts={facts} />,
  };
  const values = {
    org,
    mesh: facts.mesh ?? "",
    zone: relay?.zone ?? "",
    names: readyProxies(facts).slice(0, 3).join(", "),
    from: pair?.from ?? "",
    to: pair?.to ?? "",
    caller: sent?.proxy ?? "",
    called: received?.proxy ?? "",
  };
  return (
    <>
      <ol className="steps" ref={list}>
        {STEPS.map((step) => (
          <Step key={step} name={step} state={states[step]} done={say(`first.done.${step}`, values)} values={values}>
            {body[step]}
          </Step>
        ))}
      </ol>
      <p className="heard" aria-live="polite">
        {next === undefined ? say("first.all") : say("first.heard", { step: say(`first.${next}`) })}
      </p>
      {next === undefined && facts.mesh !== null && (
        <section className="panel part first-end">
          <h2>{say("first.all")}</h2>
          <p className="soft">{say("first.all.what")}</p>
          <div className="actions">
            <Link className="button" data-kind="first" to="/o/$org/m/$mesh/services" params={{ org, mesh: facts.mesh }}>
              {say("nav.services")}
            </Link>
            <Link className="button" to="/o/$org/m/$mesh/access" params={{ org, mesh: facts.mesh }}>
              {say("nav.access")}
            </Link>
          </div>
        </section>
      )}
    </>
  );
}

/** A step that is done takes its fields with it: whoever was in them goes on at the next one. */
function useFollowing(list: { readonly current: HTMLElement | null }, next: StepName | undefined): void {
  const before = useRef(next);
  useEffect(() => {
    if (before.current === next) return;
    before.current = next;
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>(`[data-step="${next ?? "request"}"] h2`)?.focus();
  }, [next, list]);
}
