// Problems of what is on its way: what Envoys refuse, and revisions that have not come everywhere. Pure.
import type { RelayPresence, RevisionDelivery } from "#control/revision-delivery.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";
import { type Problem, problem } from "./problem.ts";
import { counted } from "./standing-problem.ts";

/** Most revisions are everywhere within a second; later than that somebody may want to look. Milliseconds. */
const LATE = 30_000;
/** Names of proxies in one text. */
const NAMED = 3;

/** What proxies refuse, as relays that are heard of told it last: those that say the same of the same thing are one problem. */
export function refusalProblems(
  rows: readonly RevisionDeliveryRow[],
  presences: readonly RelayPresence[],
): readonly Problem[] {
  const groups = new Map<string, { proxies: string[]; first: Problem }>();
  for (const { zone, relay, online } of presences) {
    // Rows are in the order of revisions; while a new one is on its way, what was refused before still is.
    const last = rows.findLast((row) => row.zone === zone && row.relay === relay);
    if (!online || last === undefined) continue;
    for (const { proxy, state, reason, since, refused = [] } of last.laggards) {
      if (state !== "nacked") continue;
      const [thing] = refused;
      const writer = thing?.writers[0];
      const key = JSON.stringify([zone, reason, thing?.kind, thing?.name]);
      const group = groups.get(key);
      if (group !== undefined) {
        group.proxies.push(proxy);
        continue;
      }
      const dot = proxy.indexOf(".");
      const about = {
        ...{ type: "Dataplane", mesh: proxy.slice(0, dot), name: proxy.slice(dot + 1), zone, relay },
        ...(since === undefined ? {} : { revision: since }),
        ...(writer === undefined ? {} : { kri: writer.kri }),
      };
      groups.set(key, { proxies: [proxy], first: problem("proxy.rejected", "", about, { words: reason }) });
    }
  }
  return [...groups.values()].map(({ proxies, first }) => {
    const more = proxies.length > NAMED ? ` and ${proxies.length - NAMED} more` : "";
    const verb = proxies.length === 1 ? "refuses" : "refuse";
    const text = `${counted(proxies.length, "Envoy", "Envoys")} ${verb} what was sent: ${proxies.slice(0, NAMED).join(", ")}${more}`;
    return { ...first, text, count: proxies.length };
  });
}

/** Who has the newest revision has those before it, so only the newest is waited for. */
export function rolloutProblems(newest: RevisionDelivery | undefined, now: number): readonly Problem[] {
  if (newest?.state !== "underway" || now - Date.parse(newest.committedAt) < LATE) return [];
  const { revision, committedAt, proxies } = newest;
  const text = `Revision ${revision} is not everywhere yet: ${counted(proxies.pending, "proxy has", "proxies have")} not taken it`;
  const waiting = newest.relays.filter(({ online, state }) => online && state === "waiting");
  const words = waiting.map(({ zone, relay }) => `relay ${relay} of zone ${zone} has not fetched it`).join("; ");
  return [
    problem(
      "rollout.unfinished",
      text,
      { revision },
      { words, since: committedAt, count: Math.max(1, proxies.pending) },
    ),
  ];
}
