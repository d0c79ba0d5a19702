// News: what the control plane tells as it changes makes the answers on the page be asked for again. One stream a page.
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Hint, HintKind } from "#api/event.ts";
import type { RouteName } from "#api/routes.ts";
import { queries } from "./api.ts";

/** Whether news come: `live`; `broken` while the browser tries again, and pages only look now and then. */
export type Connection = "opening" | "live" | "broken";

const HISTORY: readonly RouteName[] = [
  "listRevisions",
  "listRevisionDeliveries",
  "getRevisionDelivery",
  "organisationOverview",
];
const ZONES: readonly RouteName[] = ["zoneOverviews", "zoneOverview", "listRelays", "organisationOverview"];
const PROXIES: readonly RouteName[] = ["listProxies", "dataplaneOverviews", "dataplaneOverview", "dataplaneXds"];
/** What is reckoned from the proxies that there are. */
const RECKONED: readonly RouteName[] = [
  "access",
  "accessMatrix",
  "accessTests",
  "reach",
  "graph",
  "search",
  "dataplaneWhy",
];

/** Routes whose answers a hint makes old; null = all. */
const MEANT: Readonly<Record<HintKind, readonly RouteName[] | null>> = {
  ready: [],
  reset: null,
  revision: null,
  resource: null,
  proxy: [...PROXIES, ...RECKONED, ...ZONES, "serviceInsights", "meshInsights", "meshInsight", "listJoins"],
  relay: [...ZONES, "listProxies", "listJoins"],
  snapshot: ["getRevision", ...HISTORY],
  delivery: [...HISTORY, ...PROXIES, "listJoins"],
  certificate: ["listCertificates", "listIssuers", "organisationOverview"],
  plan: ["listPlans", "getPlan", "organisationOverview"],
  join: [...ZONES, "listJoins"],
  token: ["listTokens"],
  webhook: ["listWebhooks", "webhookDeliveries"],
  audit: ["listAudit"],
};

/** News come in bursts; what they concern is asked for once. Milliseconds. */
const BURST = 120;

/** Makes old what a hint is about, a moment later and once for all hints until then. */
export function createRefresher(cache: Pick<QueryClient, "invalidateQueries">, later: (run: () => void) => void) {
  let names: Set<string> | "all" | null = null;
  return (kind: HintKind): void => {
    const meant = MEANT[kind];
    if (meant?.length === 0) return;
    const isFirst = names === null;
    if (meant === null) names = "all";
    else if (names !== "all") names = new Set([...(names ?? []), ...meant]);
    if (!isFirst) return;
    later(() => {
      const due = names;
      names = null;
      if (due === "all") void cache.invalidateQueries();
      else if (due !== null) {
        void cache.invalidateQueries({ predicate: ({ queryKey: [name] }) => due.has(String(name)) });
      }
    });
  };
}

/** How long until a stream is opened anew that the control plane refused. Milliseconds. */
const AGAIN = 5_000;

/** Listens to an organisation's news for as long as the part of the page that calls it is shown. */
export function useNews(organisation: string): Connection {
  const [state, setState] = useState<Connection>("opening");
  useEffect(() => {
    const refresh = createRefresher(queries, (run) => setTimeout(run, BURST));
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (isFirst: boolean): void => {
      source = new EventSource(`/o/${encodeURIComponent(organisation)}/v1/events`);
      source.onopen = () => {
        setState("live");
        // A stream that is new knows nothing of what came before it.
        if (!isFirst) refresh("reset");
      };
      source.onmessage = ({ data }) => refresh((JSON.parse(data) as Hint).kind);
      source.onerror = ({ target }) => {
        setState("broken");
        // The browser comes back by itself behind the last event, but not to a host that answered with an error.
        if ((target as EventSource).readyState === EventSource.CLOSED) timer = setTimeout(() => listen(false), AGAIN);
      };
    };
    listen(true);
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [organisation]);
  return state;
}
