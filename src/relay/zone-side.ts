// The zone side of a relay, put together: it holds what streams are served from, and keeps it up to date.
import { randomBytes } from "node:crypto";
import { join as joinPath } from "node:path";
import type { EnrolResponse, Envelope, EnvelopeRelay, Reach } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { servesListeners } from "#model/mesh-rule.ts";
import type { View } from "#model/view.ts";
import { createDeliveryBoard } from "./delivery.ts";
import { digest } from "./digest.ts";
import { openClientCertificates } from "./identity/client-certificates.ts";
import { openIdentities } from "./identity/identities.ts";
import { openIssuers } from "./identity/issuers.ts";
import { createJoining, type Joining, type Patience } from "./joining.ts";
import { createLoadBoard, type LoadBoard } from "./load/load-board.ts";
import type { Log } from "./log.ts";
import { openTally, type Tally } from "./metrics.ts";
import { createNewcomers } from "./newcomers.ts";
import { offeredBy } from "./offered.ts";
import { openOwnNames } from "./own-names.ts";
import { createAntiEntropy } from "./registrar/anti-entropy.ts";
import { openEventLog } from "./registrar/event-log.ts";
import { startOutbox } from "./registrar/outbox.ts";
import { createReadiness } from "./registrar/readiness.ts";
import { isUnreached, openRegistrar, type Registration, typeOf } from "./registrar/registrar.ts";
import { replay } from "./replay.ts";
import type { ReplicaClient } from "./replica/client.ts";
import { openDoor } from "./replica/door.ts";
import { heldLife, shownOf } from "./replica/event.ts";
import { createReplicas } from "./replica/replicas.ts";
import { createTurn } from "./replica/turn.ts";
import type { ReplicaSide } from "./rest/replica.ts";
import type { RelayKeys } from "./state/relay-keys.ts";
import { openSnapshotDisk } from "./state/snapshot-disk.ts";
import { openDiskKey, openVault } from "./state/vault.ts";
import type { ZoneStatus } from "./status.ts";
import { createUpkeep } from "./upkeep.ts";
import { createBackoff } from "./zone/backoff.ts";
import { openContact } from "./zone/contact.ts";
import { startPoll } from "./zone/poll.ts";
import { createReachTeller } from "./zone/reach.ts";
import type { SignedSnapshot } from "./zone/signed.ts";
import { openViewCache } from "./zone/view-cache.ts";
import type { ZoneClient } from "./zone/zone-client.ts";
import type { StreamDelivery, Zone } from "./zone.ts";

export interface ZoneSideOptions {
  /** The relay's state folder. */
  readonly folder: string;
  readonly enrolment: EnrolResponse;
  /** Opens what is sealed to this relay. */
  readonly key: RelayKeys["agree"];
  readonly client: ZoneClient;
  /** Calls the zone's other relays. */
  readonly replicaClient: ReplicaClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience?: Patience;
  /** First and longest pause after a failure; milliseconds. */
  readonly backoff?: readonly [first: number, most: number];
  readonly observe?: Observer;
  /** Milliseconds between two exchanges with another relay when there is nothing to tell. */
  readonly exchangePeriod?: number;
  readonly pace?: Pace;
}

/** How often the relay looks after itself; milliseconds. */
export interface Pace {
  /** Whose grace is over. */
  readonly sweep: number;
  /** Certificates and issuers. */
  readonly upkeep: number;
  /** Views are fetched so long after a snapshot: a burst of edits is fetched once. */
  readonly views: number;
}

/** A step of a snapshot: it has come and is good, it is served, a stream has been sent it or has acknowledged it. */
export type SnapshotStep =
  | { readonly kind: "verified" | "served"; readonly sequence: number }
  | {
      readonly kind: "stream";
      readonly sequence: number;
      readonly stream: object;
      readonly state: StreamDelivery["state"];
    };

export type Observer = (step: SnapshotStep) => void;

export interface ZoneSide extends Zone, Pick<Joining, "register" | "leave" | "admit" | "authenticate"> {
  readonly envelope: Envelope | null;
  readonly views: readonly View[];
  status(): ZoneStatus;
  readonly tally: Tally;
  readonly loads: LoadBoard;
  /** Where the zone's other relays are reached, by the newest envelope. */
  others(): readonly Reach[];
  /** Where other relays call. */
  readonly replica: ReplicaSide;
  /** This relay listens: from now on it is told where, and talks to the others. */
  listens(reach: Reach): void;
  /** Ends polling and sending; a second call waits for the first. */
  close(): Promise<void>;
}

const PATIENCE: Patience = { answer: 2000, snapshot: 1000 };
const BACKOFF = [250, 15_000] as const;
const PACE: Pace = { sweep: 1000, upkeep: 5000, views: 1000 };

/** Opens the state folder and starts polling. Serves from disk at once, whether or not the control plane answers. */
export async function openZoneSide(options: ZoneSideOptions): Promise<ZoneSide> {
  const {
    folder,
    enrolment,
    client,
    clock,
    log,
    patience = PATIENCE,
    backoff = BACKOFF,
    pace = PACE,
    observe,
  } = options;
  const listeners = new Set<() => void>();
  let signed: SignedSnapshot | null = null;
  let reachable: boolean | null = null;
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  /** Aborted first of all when the relay stops: no call is waited for, and none that ends so is a failure. */
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const diskKey = await openDiskKey(folder);
  const tally = openTally();
  const vault = (name: string) =>
    openVault(joinPath(folder, name), name, diskKey, (file) => {
      tally.damagedFiles++;
      log("error", "a file of the state folder is damaged; what it held is made again", { file });
    });
  const disk = await openSnapshotDisk(joinPath(folder, "snapshot"));
  const events = await openEventLog(await vault("events"), log, clock);
  const turn = createTurn(clock);
  const contact = await openContact(folder, clock, log);
  const reachTeller = createReachTeller(client, log, stopping.signal);
  const views = await openViewCache(
    folder,
    client,
    log,
    stopping.signal,
    () => {
      names.settle();
      newcomers.takeViews(registrar.all());
      for (const event of replicas.uncovered()) newcomers.show(shownOf(event), event.number, event.relay);
      changed();
      void upkeep.look();
    },
    () => {
      tally.damagedFiles++;
    },
  );
  const names = await openOwnNames({
    zone: enrolment.zone,
    relay: enrolment.relay,
    vault: await vault("names"),
    views: () => views.views,
    here: () => offeredBy(registrar, replicas),
    log,
    report: (given) => {
      const { number } = events.add({ kind: "named", ...given });
      outbox.wake();
      replicas.tell({ kind: "named", relay: enrolment.relay, number, ...given });
      return number;
    },
  });
  const newcomers = createNewcomers({
    zone: enrolment.zone,
    relay: enrolment.relay,
    log,
    views: names.views,
    zoneProxies: () => views.zoneProxies,
  });
  const registrar = await openRegistrar({
    vault: await vault("registrations"),
    clock,
    chance: randomBytes,
    log,
    recorded: () => events.settled(),
    onGone: (registration) => joining.gone(registration),
    turn,
    others: () => replicas.streams(),
    mayHaveMoved: (since) => !replicas.areHeardSince(since),
    isAlone: () => !hasOthers(),
  });
  const replicas = createReplicas({
    relay: enrolment.relay,
    client: options.replicaClient,
    vault: await vault("replica-events"),
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
      joining.wentOn(event);
      registrar.moved(event, event.at);
      changed();
    },
    onEnd: (event) => {
      newcomers.hide({ ...event, id: event.registration }, event.number, event.relay);
      joining.endedElsewhere(event);
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
    onLost: (life) => joining.lost(life),
    onGone: (life) => joining.endedElsewhere({ ...life, announced: false }),
    ...(options.exchangePeriod === undefined ? {} : { period: options.exchangePeriod }),
    ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
  });
  const issuers = await openIssuers(await vault("issuers"), client, clock, log, stopping.signal);
  const identities = await openIdentities({
    vault: await vault("identities"),
    client,
    issuers,
    clock,
    random: Math.random,
    log,
    meshes: () => signed?.envelope.meshes ?? [],
    isCurrent,
    isJoining: ({ id }) => outbox.awaits(id),
    stopping: stopping.signal,
    report: (event) => {
      events.add(event);
      outbox.wake();
    },
    onChange: changed,
  });

  const clients = await openClientCertificates({
    vault: await vault("client-certificates"),
    client,
    enrolment,
    key: options.key,
    log,
    stopping: stopping.signal,
    onChange: changed,
  });

  const loaded = await disk.load(enrolment, digest);
  if (loaded.signed !== null) adopt(loaded.signed);
  if (loaded.reason !== null) {
    tally.damagedFiles++;
    const used = loaded.signed === null ? "none" : `the one before, of sequence ${loaded.signed.envelope.sequence}`;
    log("error", "the newest snapshot on disk is not used", { reason: loaded.reason, used });
  }

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
    zone: enrolment.zone,
    clock,
    log,
    patience,
    registrar,
    newcomers,
    identities,
    events,
    outbox,
    tally,
    replicas,
    relay: enrolment.relay,
    hasOthers,
    envelope: () => signed?.envelope ?? null,
    views: () => views.views,
    zoneProxies: () => views.zoneProxies,
    isReachable: () => reachable,
    isStopping,
    onTaken: (registration) => {
      upkeep.taken(registration);
      void upkeep.look();
    },
    nextSnapshot,
    onNewcomer: nameHere,
    onChange: changed,
  });
  const antiEntropy = createAntiEntropy({
    relay: enrolment.relay,
    clock,
    log,
    events,
    registrar,
    awaits: outbox.awaits,
    client,
    stopping: stopping.signal,
    onTaken: (registration) => upkeep.taken(registration),
    onRefused: (refused) => joining.refused(refused),
    isShown: newcomers.knows,
    onEnded: ({ mesh, name, id }) => joining.endedElsewhere({ mesh, name, registration: id, announced: true }),
    counts: zoneStreams,
    onGone: (life) => joining.lost(life),
  });
  const upkeep = createUpkeep({
    ...{ log, registrar, newcomers, identities, issuers, clients, antiEntropy, isStopping },
    envelope: () => signed?.envelope ?? null,
    views: () => views.views,
    isReached: () => reachable === true,
  });
  const readiness = createReadiness({
    log,
    isPresent: (registration) => isCurrent(registration) && registrar.streams(registration) > 0,
    onReady: (registration) => joining.ready(registration),
    servesListeners: (mesh) => views.views.some((view) => view.mesh.name === mesh && servesListeners(view.mesh.spec)),
    ...(patience.listen === undefined ? {} : { patience: patience.listen }),
  });
  const restart = replay({
    relay: enrolment.relay,
    events,
    registrar,
    newcomers,
    covered: ownEntry()?.lastEvent ?? 0,
    isDamaged: loaded.reason !== null,
  });
  await replicas.restore(restart.told);
  restart.finish();
  const board = createDeliveryBoard(
    (delivery, revisions) => outbox.deliver(delivery, revisions),
    () => ({
      proxies: registrar.here().filter((one) => registrar.streams(one) === 0),
      position: signed?.envelope ?? null,
    }),
  );
  const loads = createLoadBoard({
    now: () => performance.now(),
    windows: () =>
      new Map(
        (signed?.envelope.meshes ?? []).flatMap(({ name, loads: asked }) =>
          asked === undefined ? [] : [[name, asked.windowSeconds * 1000] as const],
        ),
      ),
    report: outbox.tellLoads,
  });
  listeners.add(board.look);
  if (loaded.signed !== null) board.fetched({ ...loaded.signed.envelope, at: performance.now(), answeredAt: null });
  const poll = startPoll({
    client,
    disk,
    enrolment,
    digest,
    current: signed,
    log,
    random: Math.random,
    backoff,
    onVerified: ({ envelope }) => observe?.({ kind: "verified", sequence: envelope.sequence }),
    onSnapshot: (next, at, answeredAt) => {
      adopt(next);
      board.fetched({ ...next.envelope, at, answeredAt });
      loads.fetched(next.envelope);
      joining.endRevoked(next.envelope);
      refreshViews();
      observe?.({ kind: "served", sequence: next.envelope.sequence });
      changed();
      void upkeep.look();
    },
    onReach: (now, reason) => {
      const wasReachable = reachable;
      if (now && reachable !== true) {
        outbox.reached();
        reachTeller.tell(ownEntry());
        refreshViews(0);
      }
      if (now !== reachable) {
        if (now) log("info", "the control plane is reached");
        else log("info", "the control plane is out of reach; the zone goes on by itself", { reason });
      }
      reachable = now;
      contact.set(now);
      if (!now && wasReachable !== false) nameHere();
    },
  });

  function hasOthers(): boolean {
    return (signed?.envelope.relays.length ?? 0) > 1;
  }

  function zoneStreams(): Counts {
    return sum(registrar.counts(), replicas.streams());
  }

  function isCurrent(registration: Registration): boolean {
    return registrar.find(registration)?.id === registration.id;
  }

  /** While the control plane cannot: what the zone's dataplanes offer has a name at once. */
  function nameHere(): void {
    if (reachable !== false) return;
    if (!names.number()) return;
    newcomers.takeViews(registrar.all());
    changed();
  }

  function ownEntry(): EnvelopeRelay | undefined {
    return signed?.envelope.relays.find(({ id }) => id === enrolment.relay);
  }

  function adopt(next: SignedSnapshot): void {
    signed = next;
    newcomers.takeSnapshot(next);
    const own = ownEntry();
    if (own !== undefined) events.cover(own.lastEvent);
    replicas.adopt(next.envelope);
    reachTeller.tell(own);
  }

  function nextSnapshot(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      listeners.add(done);
    });
  }

  let viewTimer: NodeJS.Timeout | undefined;
  function refreshViews(delay = pace.views): void {
    if (views.views.length === 0 || delay === 0) void views.refresh();
    else
      viewTimer ??= setTimeout(() => {
        viewTimer = undefined;
        void views.refresh();
      }, delay).unref();
  }

  let closing: Promise<void> | null = null;
  const sweeping = setInterval(() => {
    registrar.sweep();
    replicas.sweep();
  }, pace.sweep).unref();
  const door = await openDoor({ enrolment, envelope: () => signed?.envelope ?? null, clock, chance: randomBytes });
  const keepingUp = setInterval(() => void upkeep.look(), pace.upkeep).unref();

  return {
    served: newcomers.served,
    clientCertificate: clients.find,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async join(request) {
      const joined = await joining.join(request);
      if (joined.ok && antiEntropy.waits(joined.registration)) void upkeep.look();
      return joined;
    },
    register: joining.register,
    leave: joining.leave,
    admit: joining.admit,
    authenticate: joining.authenticate,
    identity(proxy, id, mesh) {
      const registration = id === undefined ? registrar.find(proxy) : joining.lifeOf(id);
      return registration && identities.find(registration, mesh);
    },
    delivered(stream, delivery) {
      board.set(stream, delivery);
      if (delivery !== null) observe?.({ kind: "stream", sequence: delivery.sequence, stream, state: delivery.state });
      if (delivery === null || delivery.state === "pending") return;
      const registration = registrar.find(delivery);
      if (registration !== undefined) readiness.watch(registration, delivery.state === "acked");
    },
    tally,
    loads,
    others: () => replicas.contacts().map(({ peer: { address, ca } }) => ({ address, ca })),
    replica: { door, answer: replicas.answer, holder: joining.holder },
    listens(reach) {
      reachTeller.listen(reach);
      replicas.start();
    },
    get envelope() {
      return signed?.envelope ?? null;
    },
    get views() {
      return names.views();
    },
    status: () => ({
      zone: enrolment.zone,
      relay: enrolment.relay,
      controlPlane: reachable === null ? "not asked yet" : reachable ? "reached" : "out of reach",
      snapshot:
        signed === null ? null : { ...pick(signed.envelope), meshes: signed.envelope.meshes.map(({ name }) => name) },
      view: { sequence: views.sequence },
      poll: { ...poll.counts },
      contact: contact.status(),
      replicas: replicas.contacts().map(({ peer, inTouch, at }) => ({
        relay: peer.id,
        address: peer.address,
        inTouch,
        lastHeard: new Date(at).toISOString(),
      })),
      zoneStreams: zoneStreams(),
      massDisconnect: registrar.mass || replicas.mass,
      unreachedIngresses: registrar.all().filter(isUnreached).length,
      lastEvent: events.last,
      eventsPending: events.after(0).length,
      streams: registrar.all().reduce((sum, one) => sum + registrar.streams(one), 0),
      proxies: registrar.all().map((one) => ({
        type: typeOf(one),
        mesh: one.mesh,
        name: one.name,
        registration: one.id,
        owner: one.owner,
        streams: registrar.streams(one),
        ready: one.ready,
        source: newcomers.knows(one) ? "snapshot" : "compiled here",
        certificate: identities.standing(one),
      })),
    }),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    stopping.abort();
    clearInterval(sweeping);
    clearInterval(keepingUp);
    clearTimeout(viewTimer);
    board.close();
    loads.close();
    readiness.close();
    await Promise.all([poll.close(), outbox.close(), views.settled(), replicas.close(), upkeep.settled()]);
    await Promise.all([
      registrar.settled(),
      events.settled(),
      identities.settled(),
      replicas.settled(),
      contact.settled(),
    ]);
    listeners.clear();
  }
}

function sum(one: Counts, other: Counts): Counts {
  return { owned: one.owned + other.owned, closed: one.closed + other.closed };
}

type Counts = ZoneStatus["zoneStreams"];

function pick({
  epoch,
  sequence,
  revision,
  version,
}: Envelope): Pick<Envelope, "epoch" | "sequence" | "revision" | "version"> {
  return { epoch, sequence, revision, version };
}
