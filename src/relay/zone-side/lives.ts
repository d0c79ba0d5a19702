// The lives of the zone's proxies: those of this relay, those that other relays tell of, what they are named and served.
import { randomBytes } from "node:crypto";
import type { Joining } from "#relay/joining.ts";
import { createNewcomers, type Newcomers } from "#relay/newcomers.ts";
import { offeredBy } from "#relay/offered.ts";
import { type OwnNames, openOwnNames } from "#relay/own-names.ts";
import type { Outbox } from "#relay/registrar/outbox.ts";
import { openRegistrar, type Registrar, type Registration } from "#relay/registrar/registrar.ts";
import { heldLife, shownOf } from "#relay/replica/event.ts";
import { createReplicas, type Replicas } from "#relay/replica/replicas.ts";
import { createTurn } from "#relay/replica/turn.ts";
import type { ZoneStatus } from "#relay/status.ts";
import { proxyPath } from "#relay/zone.ts";
import type { Ground } from "./ground.ts";
import type { ZoneSideOptions } from "./options.ts";

type Counts = ZoneStatus["zoneStreams"];

export interface Lives {
  readonly names: OwnNames;
  readonly newcomers: Newcomers;
  readonly registrar: Registrar;
  readonly replicas: Replicas;
  /** Whether it is its proxy's life at this relay. */
  isCurrent(registration: Registration): boolean;
  /** At all relays of the zone. */
  streams(): Counts;
  /** Other views are there. */
  takeViews(): void;
  /** While the control plane cannot: what the zone's dataplanes offer has a name at once. */
  nameHere(): void;
  /** The control plane is out of reach: who is served here and stands in no snapshot is compiled here. */
  cutOff(): void;
}

/** What is opened after the lives, and told of them. */
export interface LivesOptions extends Pick<ZoneSideOptions, "replicaClient" | "exchangePeriod" | "backoff"> {
  readonly joining: () => Joining;
  readonly outbox: () => Pick<Outbox, "wake">;
}

export async function openLives(ground: Ground, options: LivesOptions): Promise<Lives> {
  const { enrolment, clock, log, events, views, moment } = ground;
  const { zone, relay } = enrolment;
  const { changed } = moment;
  const turn = createTurn(clock);
  const names = await openOwnNames({
    zone,
    relay,
    vault: await ground.vault("names"),
    views: () => views.views,
    here: () => offeredBy(registrar, replicas),
    log,
    report: (given) => {
      const { number } = events.add({ kind: "named", ...given });
      options.outbox().wake();
      replicas.tell({ kind: "named", relay, number, ...given });
      return number;
    },
  });
  const newcomers = createNewcomers({
    ...{ zone, relay, log, views: names.views },
    viewsAt: () => views.at,
    zoneProxies: () => views.zoneProxies,
  });
  const registrar = await openRegistrar({
    vault: await ground.vault("registrations"),
    clock,
    chance: randomBytes,
    log,
    recorded: () => events.settled(),
    onGone: (registration) => options.joining().gone(registration),
    turn,
    others: () => replicas.streams(),
    mayHaveMoved: (since) => !replicas.areHeardSince(since),
    isAlone: () => !moment.hasOthers,
  });
  const replicas = createReplicas({
    relay,
    client: options.replicaClient,
    vault: await ground.vault("replica-events"),
    clock,
    chance: randomBytes,
    log,
    turn,
    lives: () => registrar.here().map(heldLife),
    streams: registrar.counts,
    isHere: (life) => (registrar.findHere(life)?.at ?? 0) > life.at,
    recorded: events.settled,
    onLife: (event) => {
      newcomers.show(shownOf(event), event.number, event.relay);
      options.joining().wentOn(event);
      registrar.moved(event, event.at);
      changed();
    },
    onEnd: (event) => {
      newcomers.hide({ ...event, id: event.registration }, event.number, event.relay);
      options.joining().endedElsewhere(event);
      changed();
    },
    onNamed: ({ mesh, relay, number, virtual: name, address }) => {
      if (!names.take(mesh, { name, address, relay, number })) return;
      newcomers.takeViews(registrar.all());
      changed();
    },
    onHeld: (life) => {
      newcomers.hold({ ...life, id: life.registration }, life.relay);
      registrar.moved(life, life.at);
    },
    onLost: (life) => options.joining().lost(life),
    onGone: (life) => options.joining().endedElsewhere({ ...life, announced: false }),
    ...(options.exchangePeriod === undefined ? {} : { period: options.exchangePeriod }),
    ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
  });

  function nameHere(): void {
    if (moment.reachable !== false) return;
    if (!names.number()) return;
    newcomers.takeViews(registrar.all());
    changed();
  }

  return {
    ...{ names, newcomers, registrar, replicas, nameHere },
    isCurrent: (registration) => registrar.find(registration)?.id === registration.id,
    streams: () => sum(registrar.counts(), replicas.streams()),
    takeViews() {
      names.settle();
      newcomers.takeViews(registrar.all());
      for (const event of replicas.uncovered()) newcomers.show(shownOf(event), event.number, event.relay);
      changed();
    },
    cutOff() {
      nameHere();
      const { newcomers: compiled } = newcomers.served();
      const isMissing = (one: Registration): boolean => !newcomers.knows(one) && !compiled.has(proxyPath(one));
      // A snapshot may know that a life has ended, and of the next one nothing yet.
      const missing = registrar.all().filter((one) => registrar.streams(one) > 0 && isMissing(one));
      for (const one of missing) newcomers.compile(one);
      if (missing.length > 0) changed();
    },
  };
}

function sum(one: Counts, other: Counts): Counts {
  return { owned: one.owned + other.owned, closed: one.closed + other.closed };
}
