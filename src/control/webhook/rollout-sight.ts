// Which revisions every proxy has, which are refused, and whose Envoys refuse what. Pure.
import { deliveryOf, type RelayPresence } from "#control/revision-delivery.ts";
import { type Notice, noticeOf } from "#model/webhook/event.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";
import type { RevisionMoment } from "#store/face/history.ts";
import type { Heads } from "#store/face/resource.ts";
import type { Marks, Sight } from "./sight.ts";

/** The last revision whose end was told: `<epoch>.<revision>`. */
export const CURSOR = "rollout";
const NACK = "nack/";

export interface Rollout {
  readonly heads: Heads;
  /** After the cursor, oldest first. */
  readonly moments: readonly RevisionMoment[];
  /** Of the first of these and later, or of the newest revision; oldest first. */
  readonly rows: readonly RevisionDeliveryRow[];
  readonly presences: readonly RelayPresence[];
}

/** The revision after which to look; null = nothing before now is told of. */
export function cursorOf(marks: Marks, { epoch }: Heads): number | null {
  const [at, revision] = (marks.get(CURSOR) ?? "").split(".");
  return Number(at) === epoch && revision !== undefined ? Number(revision) : null;
}

/** Revisions end in their order: who has a later one has an earlier one, too. Where no relay is there, nothing ends. */
export function rolloutSight({ heads, moments, rows, presences }: Rollout, marks: Marks, now: number): Sight {
  const time = new Date(now).toISOString();
  const notices: Notice[] = [];
  let cursor = cursorOf(marks, heads);
  if (cursor === null) cursor = heads.revision;
  else if (presences.some(({ online }) => online)) {
    for (const moment of moments) {
      const own = rows.filter(({ epoch, revision }) => epoch > moment.epoch || revision >= moment.revision);
      const { state, relays, offline, ...told } = deliveryOf(moment, own, presences);
      if (state === "underway") break;
      const laggards = relays.flatMap(({ zone, relay, laggards }) => laggards.map((one) => ({ zone, relay, ...one })));
      const data = {
        ...told,
        offline,
        ...(state === "rejected" && { laggards: laggards.filter((one) => one.state === "nacked") }),
      };
      notices.push(
        noticeOf(`msg_t${moment.epoch}.${moment.revision}-${Date.parse(moment.time)}`, `revision.${state}`, time, data),
      );
      cursor = moment.revision;
    }
  }
  const nacks = nackSight(rows, marks, time);
  // Who begins to listen is told of nothing that stood before.
  const told = cursorOf(marks, heads) === null && !marks.has(CURSOR) ? [] : nacks.notices;
  const value = `${heads.epoch}.${cursor}`;
  const moved = marks.get(CURSOR) === value ? [] : [{ name: CURSOR, value }];
  return { notices: [...told, ...notices], marks: [...moved, ...nacks.marks], due: null };
}

/** What a relay has told last counts; an Envoy that refuses the same thing for the same reason is told of once. */
function nackSight(rows: readonly RevisionDeliveryRow[], marks: Marks, time: string): Pick<Sight, "notices" | "marks"> {
  const newest = new Map(rows.map((row) => [`${row.zone}/${row.relay}`, row]));
  const standing = new Map<string, { readonly value: string; readonly data: object }>();
  for (const { zone, relay, revision, laggards } of newest.values()) {
    for (const { state, proxy, reason, since, refused } of laggards) {
      if (state !== "nacked") continue;
      const data = { zone, relay, proxy, revision: since ?? revision, reason, refused: refused ?? [] };
      standing.set(`${NACK}${zone}/${relay}/${proxy}`, { value: `${since ?? ""} ${reason}`, data });
    }
  }
  const fresh = [...standing].filter(([name, { value }]) => marks.get(name) !== value);
  // Of a relay that has told nothing since, what was told stands.
  const ended = [...marks.keys()].filter((name) => {
    const relay = name.slice(NACK.length).split("/").slice(0, 2).join("/");
    return name.startsWith(NACK) && newest.has(relay) && !standing.has(name);
  });
  return {
    notices: fresh.map(([name, { data }]) =>
      noticeOf(`msg_n${name.slice(NACK.length).replaceAll("/", "-")}-${Date.parse(time)}`, "proxy.nack", time, data),
    ),
    marks: [...fresh.map(([name, { value }]) => ({ name, value })), ...ended.map((name) => ({ name, value: null }))],
  };
}
