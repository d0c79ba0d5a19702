// The zone side of a relay, put together: it holds what streams are served from, and keeps it up to date.
import { randomBytes } from "node:crypto";
import { join as joinPath } from "node:path";
import type { LifeEvent, ReplicaEvent } from "#api/replica.ts";
import type { EnrolResponse, Envelope, Reach, RelayEvent } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { servesListeners } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Named } from "#trust/spiffe.ts";
import { createDeliveryBoard } from "./delivery.ts";
import { digest } from "./digest.ts";
import { openClientCertificates } from "./identity/client-certificates.ts";
import { openIdentities } from "./identity/identities.ts";
import { openIssuers } from "./identity/issuers.ts";
import { namedClients } from "./identity/named-clients.ts";
import { hostsOf, namedIn } from "./identity/seat.ts";
import { createJoining, type Joining, type Patience } from "./joining.ts";
import { type Log, reasonOf } from "./log.ts";
import { openTally, type Tally } from "./metrics.ts";
import { createNewcomers } from "./newcomers.ts";
import { type Offered, openOwnNames } from "./own-names.ts";
import { createAntiEntropy } from "./registrar/anti-entropy.ts";
import { openEventLog } from "./registrar/event-log.ts";
import { startOutbox } from "./registrar/outbox.ts";
import { createReadiness, withoutReadiness } from "./registrar/readiness.ts";
import { openRegistrar, type Registration, typeOf } from "./registrar/registrar.ts";
import type { ReplicaClient } from "./replica/client.ts";
import { openDoor } from "./replica/door.ts";
import { heldLife, lifeEvent, shownOf } from "./replica/event.ts";
import { createReplicas } from "./replica/replicas.ts";
import { createTurn } from "./replica/turn.ts";
import type { ReplicaSide } from "./rest/replica.ts";
import type { RelayKeys } from "./state/relay-keys.ts";
import { openSnapshotDisk } from "./state/snapshot-disk.ts";
import { openDiskKey, openVault } from "./state/vault.ts";
import type { ZoneStatus } from "./status.ts";
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
  /** Registrations that the control plane has taken, though no snapshot or view may show them yet. */
  const taken = new Set<string>();

  const diskKey = await openDiskKey(folder);
  const vault = (name: string) => openVault(joinPath(folder, name), name, diskKey);
  const disk = await openSnapshotDisk(joinPath(folder, "snapshot"));
  const events = await openEventLog(await vault("events"), log, clock);
  const turn = createTurn(clock);
  const tally = openTally();
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
      void upkeep();
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
    here: offeredHere,
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
    onTaken: ({ id }) => {
      taken.add(id);
      void upkeep();
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
    onTaken: ({ id }) => taken.add(id),
    onRefused: (refused) => joining.refused(refused),
    onEnded: ({ mesh, name, id }) => joining.endedElsewhere({ mesh, name, registration: id, announced: true }),
    others: replicas.streams,
    onGone: (life) => joining.lost(life),
  });
  const readiness = createReadiness({
    log,
    isPresent: (registration) => isCurrent(registration) && registrar.streams(registration) > 0,
    onReady: (registration) => joining.ready(registration),
    servesListeners: (mesh) => views.views.some((view) => view.mesh.name === mesh && servesListeners(view.mesh.spec)),
    ...(patience.listen === undefined ? {} : { patience: patience.listen }),
  });
  await replay();
  const board = createDeliveryBoard(
    (delivery) => outbox.deliver(delivery),
    () => ({
      proxies: registrar.here().filter((one) => registrar.streams(one) === 0),
      position: signed?.envelope ?? null,
    }),
  );
  listeners.add(board.look);
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
    onSnapshot: (next) => {
      adopt(next);
      joining.endRevoked(next.envelope);
      refreshViews();
      observe?.({ kind: "served", sequence: next.envelope.sequence });
      changed();
      void upkeep();
    },
    onReach: (now, reason) => {
      const wasReachable = reachable;
      if (now && reachable !== true) {
        outbox.reached();
        reachTeller.tell(signed?.envelope.relays.find(({ id }) => id === enrolment.relay));
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

  /** The zone's dataplanes by mesh, as their streams at any of its relays have them; those that do not listen yet take nothing. */
  function offeredHere(): readonly Offered[] {
    const meshes = new Map<string, Resource<DataplaneSpec>[]>();
    const elsewhere = replicas
      .uncovered()
      .filter((event) => registrar.find(event) === undefined && isLatest(event))
      .map(shownOf);
    for (const { mesh, resource, ready } of [...registrar.all(), ...elsewhere]) {
      if (resource.type !== "Dataplane") continue;
      meshes.set(mesh, [...(meshes.get(mesh) ?? []), shownResource(resource as Resource<DataplaneSpec>, ready)]);
    }
    return [...meshes];
  }

  /** The newest that was told of the dataplane's latest life at another relay. */
  function isLatest(event: LifeEvent): boolean {
    return replicas.find(event)?.event === event;
  }

  function adopt(next: SignedSnapshot): void {
    signed = next;
    newcomers.takeSnapshot(next);
    const own = next.envelope.relays.find(({ id }) => id === enrolment.relay);
    if (own !== undefined) events.cover(own.lastEvent);
    replicas.adopt(next.envelope);
    reachTeller.tell(own);
  }

  /** After a restart: what the snapshot on disk does not know yet is shown again. */
  async function replay(): Promise<void> {
    const own = signed?.envelope.relays.find(({ id }) => id === enrolment.relay)?.lastEvent ?? 0;
    const living = new Map(registrar.all().map((registration) => [registration.id, registration]));
    for (const registration of living.values()) newcomers.hold(registration);
    const told: ReplicaEvent[] = [];
    for (const event of events.after(own)) {
      const registration = living.get(
        event.kind === "joined" ? event.join.registration : event.kind === "health" ? event.registration : "",
      );
      if (registration !== undefined) {
        newcomers.show(registration, event.number);
        told.push(lifeEvent(enrolment.relay, registration, event.number));
      } else if (event.kind === "gone") {
        const gone = living.get(event.registration);
        // Its end was told, and a crash kept it from being ended here.
        if (gone !== undefined && registrar.end(gone)) living.delete(gone.id);
        newcomers.hide({ mesh: event.mesh, name: event.name, id: event.registration }, event.number);
        told.push({ ...event, relay: enrolment.relay, announced: false });
      } else if (event.kind === "named") {
        const { number, mesh, virtual, address } = event;
        told.push({ kind: "named", relay: enrolment.relay, number, mesh, virtual, address });
      }
    }
    for (const { join } of unkept(events.after(own), living)) {
      // A crash came between the join and the life's file: the control plane may have taken it, and nobody else will end it.
      const { mesh, name, registration } = join;
      const { number } = events.add({ kind: "gone", mesh, name, registration });
      newcomers.hide({ mesh, name, id: registration }, number);
      told.push({ kind: "gone", relay: enrolment.relay, number, mesh, name, registration, announced: false });
    }
    await replicas.restore(told);
    for (const registration of living.values()) {
      if (newcomers.knows(registration)) continue;
      newcomers.compile(registration);
      // Of what the damaged snapshot covered nothing is left but the lives themselves.
      if (
        loaded.reason !== null &&
        !told.some((event) => event.kind !== "named" && event.registration === registration.id)
      )
        newcomers.show(registration, own + 1);
    }
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

  /** Every proxy of the mesh that the control plane knows: these tag keys it can permit to the zone's issuer. */
  function knownIn(mesh: string): readonly Named[] {
    const view = views.views.find((one) => one.mesh.name === mesh);
    const own = registrar.all().filter((one) => taken.has(one.id) || newcomers.knows(one));
    const stored = view === undefined ? [] : resourcesOf(view, "Dataplane");
    return [
      ...stored.map(({ spec }) => ({ networking: spec.networking ?? {} })),
      ...own.flatMap((one) => namedIn(mesh, one) ?? []),
    ];
  }

  let keeping: Promise<void> | null = null;
  let keepAgain = false;
  /** One at a time; what comes meanwhile is looked at right after. */
  function upkeep(): Promise<void> {
    keepAgain = true;
    keeping ??= keepUp().finally(() => {
      keeping = null;
    });
    return keeping;
  }

  async function keepUp(): Promise<void> {
    while (keepAgain && !isStopping()) {
      keepAgain = false;
      try {
        if (reachable === true) await clients.keep(namedClients(newcomers.served()));
        const issuable = (signed?.envelope.meshes ?? []).filter(
          ({ mtls: { enabled, zoneIssuer = "on" } }) => enabled && zoneIssuer === "on",
        );
        if (signed !== null) await issuers.keep(new Set(issuable.map(({ name }) => name)));
        if (reachable === true)
          await issuers.ensure(
            issuable.map(({ name: mesh, bundle }) => ({
              mesh,
              bundle,
              hosts: new Set(knownIn(mesh).flatMap((one) => hostsOf(mesh, one))),
            })),
          );
        for (const one of registrar.all()) if (newcomers.knows(one)) taken.add(one.id);
        if (reachable === true && signed !== null) await antiEntropy.settle(signed.envelope);
        const registrations = registrar.all();
        const living = new Set(registrations.map(({ id }) => id));
        for (const id of taken) if (!living.has(id)) taken.delete(id);
        await identities.renew(registrations, reachable === true);
      } catch (error) {
        log("error", "certificates could not be kept up", { reason: reasonOf(error) });
      }
    }
  }
  let closing: Promise<void> | null = null;
  const sweeping = setInterval(() => {
    registrar.sweep();
    replicas.sweep();
  }, pace.sweep).unref();
  const door = await openDoor({ enrolment, envelope: () => signed?.envelope ?? null, clock, chance: randomBytes });
  const keepingUp = setInterval(() => void upkeep(), pace.upkeep).unref();

  return {
    served: newcomers.served,
    clientCertificate: clients.find,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async join(request) {
      const joined = await joining.join(request);
      if (joined.ok && antiEntropy.waits(joined.registration)) void upkeep();
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
      zoneStreams: sum(registrar.counts(), replicas.streams()),
      massDisconnect: registrar.mass || replicas.mass,
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
    readiness.close();
    await Promise.all([poll.close(), outbox.close(), views.settled(), replicas.close(), keeping]);
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

function sum(one: Counts, other: Counts): Counts {
  return { owned: one.owned + other.owned, closed: one.closed + other.closed };
}

type Counts = ZoneStatus["zoneStreams"];

/** The same object for the same dataplane. */
const unready = new WeakMap<Resource<DataplaneSpec>, Resource<DataplaneSpec>>();

function shownResource(resource: Resource<DataplaneSpec>, ready: boolean): Resource<DataplaneSpec> {
  if (ready) return resource;
  const known = unready.get(resource) ?? { ...resource, spec: withoutReadiness(resource.spec) as DataplaneSpec };
  unready.set(resource, known);
  return known;
}

function pick({
  epoch,
  sequence,
  revision,
  version,
}: Envelope): Pick<Envelope, "epoch" | "sequence" | "revision" | "version"> {
  return { epoch, sequence, revision, version };
}
