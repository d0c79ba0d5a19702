// The live request's step: a command to run, and what relays have seen of calls.
import type { ReactNode } from "react";
import { useAnswer } from "#console/data/api.ts";
import { type FirstFacts, pairsOf, seenCalls } from "#console/data/first-steps.ts";
import { CopyLine } from "#console/part/copy-line.tsx";
import { Status, type Tone } from "#console/part/status.tsx";
import { type TextKey, useSay } from "#console/text/say.ts";
import { Patience } from "./patience.tsx";

const HINTS: readonly TextKey[] = [
  "first.request.hint.machine",
  "first.request.hint.program",
  "first.request.hint.many",
];

export function RequestStep({ org, facts }: { readonly org: string; readonly facts: FirstFacts }): ReactNode {
  const say = useSay();
  const mesh = facts.mesh ?? "";
  const [pair] = pairsOf(facts.access).allowed;
  const { from = "", to = "" } = pair ?? {};
  const reach = useAnswer(
    "reach",
    { params: { organisation: org }, query: { mesh, from, to } },
    30_000,
    pair !== undefined,
  );
  const outbound = reach.data?.paths[0]?.outbound;
  const { sent, failed } = seenCalls(facts, facts.mesh);
  const [tone, text, call]: readonly [Tone, TextKey, typeof sent] =
    sent !== undefined
      ? ["doubt", "first.request.refused", sent]
      : failed !== undefined
        ? ["bad", "first.request.failed", failed]
        : ["none", "first.request.awaited", undefined];
  return (
    <>
      <p>{say("first.request.run", { from, to })}</p>
      {outbound !== undefined && <CopyLine label={say("first.request.command")} text={`curl ${urlOf(outbound)}`} />}
      <p aria-live="polite">
        <Status tone={tone}>{say(text, { proxy: call?.proxy ?? "" })}</Status>
      </p>
      <Patience hints={HINTS} />
    </>
  );
}

/** Where the caller's Envoy takes what is meant for the service; by name where its traffic is redirected. */
function urlOf(outbound: {
  readonly address: string;
  readonly port: number;
  readonly hostnames: readonly string[];
  readonly redirected: boolean;
}): string {
  const [name = outbound.address] = outbound.redirected ? outbound.hostnames : [];
  return `http://${name.includes(":") ? `[${name}]` : name}:${outbound.port}/`;
}
