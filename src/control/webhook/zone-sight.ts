// Which zones have gone offline, and which are back. Pure.
import type { RelayPresence } from "#control/revision-delivery.ts";
import { noticeOf } from "#model/webhook/event.ts";
import { forgotten, type Marks, type Sight } from "./sight.ts";

const PREFIX = "zone/";

/** A zone is told of when it changes; one that is seen for the first time is only remembered. `gone`: when silence tells next. */
export function zoneSight(presences: readonly RelayPresence[], marks: Marks, now: number, gone: number | null): Sight {
  const time = new Date(now).toISOString();
  const zones = [...new Set(presences.map(({ zone }) => zone))];
  const seen = zones.map((zone) => {
    const relays = presences.filter((one) => one.zone === zone);
    const state = relays.some(({ online }) => online) ? "online" : "offline";
    return { zone, relays, state, known: marks.get(PREFIX + zone)?.split(" ")[0] };
  });
  const changed = seen.filter(({ state, known }) => known !== undefined && known !== state);
  return {
    notices: changed.map(({ zone, relays, state }) =>
      noticeOf(`msg_z${zone}-${now}`, state === "online" ? "zone.online" : "zone.offline", time, {
        zone,
        relays: relays.map(({ relay, online, lastContact }) => ({ relay, online, lastContact })),
      }),
    ),
    marks: [
      ...seen
        .filter(({ state, known }) => known !== state)
        .map(({ zone, state }) => ({ name: PREFIX + zone, value: state })),
      ...forgotten(marks, PREFIX, new Set(zones.map((zone) => PREFIX + zone))),
    ],
    due: gone,
  };
}
