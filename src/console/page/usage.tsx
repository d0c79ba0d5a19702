// Usage: how much of everything there is, and how much there may be.
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAnswer } from "#console/data/api.ts";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { type TextKey, useSpeech } from "#console/text/say.ts";
import "#console/style/usage.css";

/** Of its limit; from there on it is shown as nearly used up. */
const NEARLY = 0.8;

export function Usage(): ReactNode {
  const { say, language } = useSpeech();
  const { org } = useParams({ from: "/o/$org/usage" });
  const answer = useAnswer("usage", { params: { organisation: org } });
  const number = (value: number): string => value.toLocaleString(language);
  return (
    <Page title={say("nav.usage")}>
      <Waiting answer={answer}>
        {({ tier, items, rates, kept }) => (
          <>
            <p className="soft">{say("usage.tier", { tier })}</p>
            <ul className="panel usage">
              {items.map(({ what, used, limit }) => {
                const name = say(`usage.${what}` as TextKey);
                return (
                  <li key={what} data-full={limit !== null && used >= limit * NEARLY}>
                    <span className="usage-name">{name}</span>
                    <span className="usage-count">
                      <strong>{number(used)}</strong>{" "}
                      <span className="soft">
                        {limit === null ? say("usage.endless") : say("usage.of", { limit: number(limit) })}
                      </span>
                    </span>
                    {limit !== null && (
                      <meter aria-label={name} min={0} max={limit} value={used}>
                        {number(used)}
                      </meter>
                    )}
                  </li>
                );
              })}
            </ul>
            <h2 className="below">{say("usage.rates")}</h2>
            <ul className="panel usage">
              {rates.map(({ what, limit }) => (
                <li key={what}>
                  <span className="usage-name">{say(`usage.rate.${what}` as TextKey)}</span>
                  <span className="usage-count soft">
                    {limit === null ? say("usage.endless") : say("usage.at-most", { limit: number(limit) })}
                  </span>
                </li>
              ))}
            </ul>
            <p className="soft below">{say("usage.kept", { revisions: kept.revisionDays, audit: kept.auditDays })}</p>
          </>
        )}
      </Waiting>
    </Page>
  );
}
