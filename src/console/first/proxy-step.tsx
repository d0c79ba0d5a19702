// The proxy's step: its command, those that are there and not ready, and what was refused.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type FirstFacts, refusalsOf } from "#console/data/first-steps.ts";
import { JoinProxy } from "#console/part/join-proxy.tsx";
import { Status } from "#console/part/status.tsx";
import { type TextKey, useSpeech } from "#console/text/say.ts";
import { Patience } from "./patience.tsx";
import { Refusals } from "./refusals.tsx";

const HINTS: readonly TextKey[] = [
  "first.proxy.hint.output",
  "first.proxy.hint.folder",
  "first.proxy.hint.envoy",
  "first.proxy.hint.port",
];

export function ProxyStep({ org, facts }: { readonly org: string; readonly facts: FirstFacts }): ReactNode {
  const { say, tell } = useSpeech();
  const mesh = facts.mesh ?? "";
  const rejected = facts.joins.items.find((one) => one.rejected !== null)?.rejected;
  return (
    <>
      <JoinProxy org={org} mesh={mesh} />
      <ul className="lines" aria-live="polite">
        {facts.proxies.slice(0, 5).map(({ name, state, refuses }) => (
          <li key={name}>
            <Status tone={refuses === null ? "none" : "bad"}>
              {say(
                refuses !== null
                  ? "first.proxy.refuses"
                  : state === "online"
                    ? "first.proxy.there"
                    : "first.proxy.gone",
                {
                  name,
                },
              )}
            </Status>
            <Link to="/o/$org/m/$mesh/proxies/$name" params={{ org, mesh, name }}>
              {name}
            </Link>
            {refuses !== null && <code className="why">{refuses.words}</code>}
          </li>
        ))}
      </ul>
      {rejected != null && facts.proxies.every(({ refuses }) => refuses === null) && (
        <p>
          <Status tone="bad">{say("first.proxy.rejected")}</Status> <code>{tell(rejected)}</code>
        </p>
      )}
      <Refusals refused={refusalsOf("proxy", facts, Date.now())} />
      <Patience hints={HINTS} />
    </>
  );
}
