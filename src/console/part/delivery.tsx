// How far a revision has come: a bar of proxies, times, and who is behind with Envoy's own words.
import type { ReactNode } from "react";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { useSay } from "#console/text/say.ts";
import { Status, type Tone } from "./status.tsx";

export const DELIVERY_TONES: Readonly<Record<RevisionDeliveryBody["state"], Tone>> = {
  delivered: "good",
  underway: "none",
  rejected: "bad",
};

export function Delivery({ delivery }: { readonly delivery: RevisionDeliveryBody }): ReactNode {
  const say = useSay();
  const { proxies, times, offline, relays, state } = delivery;
  const all = proxies.acked + proxies.nacked + proxies.pending;
  const laggards = relays.flatMap(({ zone, laggards }) => laggards.map((one) => ({ zone, ...one })));
  return (
    <section className="panel part">
      <h3>
        {say("delivery.title")} <Status tone={DELIVERY_TONES[state]}>{say(`delivery.${state}`)}</Status>
      </h3>
      {all === 0 ? (
        <p>{say("delivery.nobody")}</p>
      ) : (
        <div className="bar">
          <progress value={proxies.acked} max={all} aria-label={say("delivery.bar")} />
          <span>{say("delivery.count", { acked: proxies.acked, all })}</span>
        </div>
      )}
      {times.acked !== null && (
        <p className="soft">
          {say("delivery.times", { p50: Math.round(times.acked.p50), p99: Math.round(times.acked.p99) })}
        </p>
      )}
      {offline.length > 0 && <p className="soft">{say("delivery.offline", { zones: offline.join(", ") })}</p>}
      {laggards.length > 0 && (
        <ul className="lines">
          {laggards.map(({ zone, proxy, state: step, reason, refused = [] }) => (
            <li key={`${zone} ${proxy}`}>
              <Status tone={step === "nacked" ? "bad" : "none"}>{say(`delivery.proxy.${step}`)}</Status>
              <strong>{proxy}</strong> <span className="soft">{zone}</span>
              {reason !== "" && <code>{reason}</code>}
              {refused
                .flatMap(({ writers }) => writers)
                .map(({ kri, rule }) => (
                  <code key={`${kri} ${rule}`}>
                    {kri} {rule}
                  </code>
                ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
