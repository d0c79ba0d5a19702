// The zone side of a relay, put together: it holds what streams are served from, and keeps it up to date.
import { randomBytes } from "node:crypto";
import type { Envelope, Reach, Way } from "#api/zone.ts";
import type { Position } from "#model/position.ts";
import type { View } from "#model/view.ts";
import { createDeliveryBoard } from "./delivery.ts";
import { digest } from "./digest.ts";
import type { Patience } from "./joining/options.ts";
import type { Joining } from "./joining.ts";
import { createFirstCalls, type FirstCalls } from "./load/first-calls.ts";
import { createLoadBoard, type LoadBoard, loadWindows } from "./load/load-board.ts";
import type { Tally } from "./metrics.ts";
import { replay } from "./replay.ts";
import { openDoor } from "./replica/door.ts";
import type { ReplicaSide } from "./rest/replica.ts";
import type { ZoneStatus } from "./status.ts";
import { openContact } from "./zone/contact.ts";
import { startPoll } from "./zone/poll.ts";
import { createReachTeller } from "./zone/reach.ts";
import type { SignedSnapshot } from "./zone/signed.ts";
import type { Zone } from "./zone.ts";
import { openCertificates } from "./zone-side/certificates.ts";
import { openGround } from "./zone-side/ground.ts";
import { startJoins } from "./zone-side/joins.ts";
import { openLives } from "./zone-side/lives.ts";
import { PACE, type ZoneSideOptions } from "./zone-side/options.ts";
import { statusOf } from "./zone-side/status.ts";
import { createViewRefresh } from "./zone-side/view-refresh.ts";

export interface ZoneSide extends Zone, Pick<Joining, "register" | "leave" | "admit" | "authenticate"> {
  readonly envelope: Envelope | null;
  readonly views: readonly View[];
  status(): ZoneStatus;
  readonly tally: Tally;
  readonly loads: LoadBoard;
  readonly calls: FirstCalls;
  /** Where the zone's other relays are reached, by the newest envelope. */
  others(): readonly Reach[];
  /** Where other relays call. */
  readonly replica: ReplicaSide;
  /** By which way news come. */
  way(): Way;
  /** The control plane has told that the zone's snapshot has reached this position. */
  expect(position: Position): void;
  /** This relay listens: from now on it is told where, and talks to the others. */
  listens(reach: Reach): void;
  /** Ends polling and sending; a second call waits for the first. */
  close(): Promise<void>;
}

const PATIENCE: Patience = { answer: 2000, snapshot: 1000 };
const BACKOFF = [250, 15_000] as const;

/** Opens the state folder and starts polling. Serves from disk at once, whether or not the control plane answers. */
export async function openZoneSide(options: ZoneSideOptions): Promise<ZoneSide> {
  const { enrolment, client, clock, log, patience = PATIENCE, backoff = BACKOFF } = options;
  const { pace = PACE, random = Math.random, observe } = options;
  const ground = await openGround(options, () => {
    lives.takeViews();
    void joins.upkeep.look();
  });
  const { moment, stopping, tally, disk, events, views } = ground;
  const contact = await openContact(options.folder, clock, log, (file) => {
    tally.damagedFiles++;
    log("warn", "a file of the state folder is damaged; when the control plane was last reached is not known", {
      file,
    });
  });
  const reachTeller = createReachTeller(client, log, stopping.signal);
  const refresh = createViewRefresh(views, pace.views);
  const lives = await openLives(ground, { ...options, joining: () => joins.joining, outbox: () => joins.outbox });
  const { names, newcomers, registrar, replicas } = lives;
  const certificates = await openCertificates(ground, {
    key: options.key,
    isCurrent: lives.isCurrent,
    outbox: () => joins.outbox,
  });
  const { identities, clients } = certificates;

  const loaded = await disk.load(enrolment, digest);
  if (loaded.signed !== null) adopt(loaded.signed, true);
  if (loaded.reason !== null) {
    tally.damagedFiles++;
    const used = loaded.signed === null ? "none" : `the one before, of sequence ${loaded.signed.envelope.sequence}`;
    log("error", "the newest snapshot on disk is not used", { reason: loaded.reason, used });
  }

  const joins = startJoins({ ground, lives, certificates, patience, backoff });
  const { outbox, joining, antiEntropy, upkeep, readiness } = joins;
  const restart = replay({
    relay: enrolment.relay,
    events,
    registrar,
    newcomers,
    covered: moment.own?.lastEvent ?? 0,
    isDamaged: loaded.reason !== null,
  });
  await replicas.restore(restart.told);
  restart.finish();
  const board = createDeliveryBoard(
    (delivery, revisions) => outbox.deliver(delivery, revisions),
    () => ({
      proxies: registrar.here().filter((one) => registrar.streams(one) === 0),
      position: moment.envelope,
    }),
  );
  const loads = createLoadBoard({
    now: () => performance.now(),
    windows: () => loadWindows(moment.envelope),
    report: outbox.tellLoads,
  });
  const calls = createFirstCalls(outbox.tellCalls);
  moment.onChange(board.look);
  if (loaded.signed !== null) board.fetched({ ...loaded.signed.envelope, at: performance.now(), answeredAt: null });
  const poll = startPoll({
    client,
    knock: options.knock,
    disk,
    enrolment,
    digest,
    current: moment.signed,
    log,
    random,
    pingEvery: pace.ping,
    backoff,
    onVerified: ({ envelope }) => observe?.({ kind: "verified", sequence: envelope.sequence }),
    onSnapshot: take,
    onReach: reach,
  });

  function adopt(next: SignedSnapshot, isSaved: boolean): void {
    moment.hold(next);
    newcomers.takeSnapshot(next);
    const { own } = moment;
    if (own !== undefined) events.cover(own.lastEvent, isSaved);
    replicas.adopt(next.envelope, isSaved);
    reachTeller.tell(own);
  }

  function take(next: SignedSnapshot, at: number, answeredAt: number | null, isSaved: boolean): void {
    adopt(next, isSaved);
    board.fetched({ ...next.envelope, at, answeredAt });
    loads.fetched(next.envelope);
    joining.endRevoked(next.envelope);
    refresh.look();
    observe?.({ kind: "served", sequence: next.envelope.sequence });
    moment.changed();
    void upkeep.look();
  }

  function reach(now: boolean, reason: string): void {
    const before = moment.reachable;
    if (now && before !== true) {
      outbox.reached();
      reachTeller.tell(moment.own);
      refresh.look(0);
    }
    if (now !== before) {
      if (now) log("info", "the control plane is reached");
      else log("info", "the control plane is out of reach; the zone goes on by itself", { reason });
    }
    moment.reachable = now;
    contact.set(now);
    if (!now && before !== false) lives.cutOff();
  }

  let closing: Promise<void> | null = null;
  const sweeping = setInterval(() => {
    registrar.sweep();
    replicas.sweep();
  }, pace.sweep).unref();
  const door = await openDoor({ enrolment, envelope: () => moment.envelope, clock, chance: randomBytes });
  const keepingUp = setInterval(() => void upkeep.look(), pace.upkeep).unref();

  return {
    served: newcomers.served,
    clientCertificate: clients.find,
    onChange: moment.onChange,
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
    calls,
    others: () => replicas.contacts().map(({ peer: { address, ca } }) => ({ address, ca })),
    replica: { door, answer: replicas.answer, holder: joining.holder },
    way: () => poll.listening.way,
    expect: poll.expect,
    listens(reach) {
      reachTeller.listen(reach);
      replicas.start();
    },
    get envelope() {
      return moment.envelope;
    },
    get views() {
      return names.views();
    },
    status: () => statusOf({ ground, lives, identities, poll, contact }),
    close() {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    stopping.abort();
    clearInterval(sweeping);
    clearInterval(keepingUp);
    refresh.close();
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
    moment.close();
  }
}
