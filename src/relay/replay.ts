// Replay: after a restart, what the snapshot on disk does not know yet is shown again, and ends what a crash has left open.

import type { ReplicaEvent } from "#api/replica.ts";
import type { RelayEvent } from "#api/zone.ts";
import type { Newcomers } from "./newcomers.ts";
import type { EventLog } from "./registrar/event-log.ts";
import type { Registrar, Registration } from "./registrar/registrar.ts";
import { lifeEvent } from "./replica/event.ts";

export interface ReplayOptions {
  /** This relay's id. */
  readonly relay: string;
  readonly events: EventLog;
  readonly registrar: Pick<Registrar, "all" | "end">;
  readonly newcomers: Newcomers;
  /** The snapshot's last event of this relay. */
  readonly covered: number;
  /** The newest snapshot on disk could not be read. */
  readonly isDamaged: boolean;
}

/** What other relays are to be told of again. */
export function replay(options: ReplayOptions): { readonly told: readonly ReplicaEvent[]; finish(): void } {
  const { relay, events, registrar, newcomers, covered, isDamaged } = options;
  const living = new Map(registrar.all().map((registration) => [registration.id, registration]));
  for (const registration of living.values()) newcomers.hold(registration);
  const told: ReplicaEvent[] = [];
  for (const event of events.after(covered)) {
    const registration = living.get(
      event.kind === "joined" ? event.join.registration : event.kind === "health" ? event.registration : "",
    );
    if (registration !== undefined) {
      newcomers.show(registration, event.number);
      told.push(lifeEvent(relay, registration, event.number));
    } else if (event.kind === "gone") {
      const gone = living.get(event.registration);
      // Its end was told, and a crash kept it from being ended here.
      if (gone !== undefined && registrar.end(gone)) living.delete(gone.id);
      newcomers.hide({ mesh: event.mesh, name: event.name, id: event.registration }, event.number);
      told.push({ ...event, relay, announced: false });
    } else if (event.kind === "named") {
      const { number, mesh, virtual, address } = event;
      told.push({ kind: "named", relay, number, mesh, virtual, address });
    }
  }
  for (const { join } of unkept(events.after(covered), living)) {
    // A crash came between the join and the life's file: the control plane may have taken it, and nobody else will end it.
    const { mesh, name, registration } = join;
    const { number } = events.add({ kind: "gone", mesh, name, registration });
    newcomers.hide({ mesh, name, id: registration }, number);
    told.push({ kind: "gone", relay, number, mesh, name, registration, announced: false });
  }
  return {
    told,
    /** After the other relays' events have been restored: what no snapshot knows is compiled here. */
    finish() {
      for (const registration of living.values()) {
        if (newcomers.knows(registration)) continue;
        newcomers.compile(registration);
        const isTold = told.some((event) => event.kind !== "named" && event.registration === registration.id);
        // An event of it may have been lost.
        if (isDamaged && !isTold) newcomers.show(registration, covered + 1);
      }
    },
  };
}

/** Joins of lives that are neither kept nor ended. */
function unkept(
  events: readonly RelayEvent[],
  living: ReadonlyMap<string, Registration>,
): readonly Extract<RelayEvent, { kind: "joined" }>[] {
  const ended = new Set(events.flatMap((event) => (event.kind === "gone" ? [event.registration] : [])));
  return events.filter(
    (event) => event.kind === "joined" && !living.has(event.join.registration) && !ended.has(event.join.registration),
  ) as readonly Extract<RelayEvent, { kind: "joined" }>[];
}
