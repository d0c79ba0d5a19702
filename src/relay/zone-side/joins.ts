// How proxies come, stay and go, and how the control plane is told of it: what acts on the lives.
import { servesListeners } from "#model/mesh-rule.ts";
import type { Patience } from "#relay/joining/options.ts";
import { createJoining, type Joining } from "#relay/joining.ts";
import { type AntiEntropy, createAntiEntropy } from "#relay/registrar/anti-entropy.ts";
import { type Outbox, startOutbox } from "#relay/registrar/outbox.ts";
import { createReadiness, type Readiness } from "#relay/registrar/readiness.ts";
import { createUpkeep, type Upkeep } from "#relay/upkeep.ts";
import { createBackoff } from "#relay/zone/backoff.ts";
import type { Certificates } from "./certificates.ts";
import type { Ground } from "./ground.ts";
import type { Lives } from "./lives.ts";

export interface Joins {
  readonly outbox: Outbox;
  readonly joining: Joining;
  readonly antiEntropy: AntiEntropy;
  readonly upkeep: Upkeep;
  readonly readiness: Readiness;
}

export interface JoinsOptions {
  readonly ground: Ground;
  readonly lives: Lives;
  readonly certificates: Certificates;
  readonly patience: Patience;
  /** First and longest pause after a failure; milliseconds. */
  readonly backoff: readonly [first: number, most: number];
}

/** Sends from now on; the snapshot on disk has been taken before. */
export function startJoins({ ground, lives, certificates, patience, backoff }: JoinsOptions): Joins {
  const { enrolment, client, clock, log, events, moment, views, tally, stopping } = ground;
  const { registrar, newcomers, replicas, isCurrent } = lives;
  const { identities, issuers, clients } = certificates;
  const { zone, relay } = enrolment;
  const isStopping = (): boolean => stopping.signal.aborted;

  const outbox = startOutbox({
    client,
    events,
    backoff: createBackoff(...backoff, Math.random),
    log,
    csrsOf: async ({ registration: id }) => {
      const registration = registrar.all().find((one) => one.id === id);
      return registration === undefined ? {} : identities.csrsOf(registration);
    },
    onRefused: (refused) => joining.refused(refused),
  });
  const joining = createJoining({
    ...{ zone, relay, clock, log, patience, registrar, newcomers, identities, events, outbox, tally, replicas },
    hasOthers: () => moment.hasOthers,
    envelope: () => moment.envelope,
    views: () => views.views,
    zoneProxies: () => views.zoneProxies,
    isReachable: () => moment.reachable,
    isStopping,
    onTaken: (registration) => {
      upkeep.taken(registration);
      void upkeep.look();
    },
    nextSnapshot: moment.next,
    onNewcomer: lives.nameHere,
    onChange: moment.changed,
  });
  const antiEntropy = createAntiEntropy({
    ...{ relay, clock, log, events, registrar, client },
    awaits: outbox.awaits,
    stopping: stopping.signal,
    onTaken: (registration) => upkeep.taken(registration),
    onRefused: (refused) => joining.refused(refused),
    isShown: newcomers.knows,
    onEnded: ({ mesh, name, id }) => joining.endedElsewhere({ mesh, name, registration: id, announced: true }),
    counts: lives.streams,
    onGone: (life) => joining.lost(life),
  });
  const upkeep = createUpkeep({
    ...{ log, registrar, newcomers, identities, issuers, clients, antiEntropy, isStopping },
    envelope: () => moment.envelope,
    views: () => views.views,
    isReached: () => moment.reachable === true,
  });
  const readiness = createReadiness({
    log,
    isPresent: (registration) => isCurrent(registration) && registrar.streams(registration) > 0,
    onReady: (registration) => joining.ready(registration),
    servesListeners: (mesh) => views.views.some((view) => view.mesh.name === mesh && servesListeners(view.mesh.spec)),
    ...(patience.listen === undefined ? {} : { patience: patience.listen }),
  });
  return { outbox, joining, antiEntropy, upkeep, readiness };
}
