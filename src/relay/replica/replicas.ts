// Replicas: this relay among the others of its zone. What each sees of dataplanes' lives, all know and show.

import type {
  EndEvent,
  HeldLife,
  HolderAnswer,
  HolderQuestion,
  LifeEvent,
  NamedEvent,
  ReplicaEvent,
  ReplicaMessage,
} from "#api/replica.ts";
import { replicaEvent } from "#api/replica-shape.ts";
import type { Envelope } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import { GRACE } from "#relay/registrar/grace.ts";
import type { Vault } from "#relay/state/vault.ts";
import type { ProxyKey } from "#relay/zone.ts";
import { toBase32 } from "#trust/bytes.ts";
import { createBook } from "./book.ts";
import type { ReplicaClient } from "./client.ts";
import { type Contact, createExchange } from "./exchange.ts";
import { createOtherLives, type OtherLife } from "./lives.ts";
import { judgeLost } from "./lost.ts";
import type { Turn } from "./turn.ts";

export interface ReplicasOptions {
  /** This relay's id. */
  readonly relay: string;
  readonly client: ReplicaClient;
  /** Other relays' events, over a restart. */
  readonly vault: Vault;
  readonly clock: Clock;
  readonly chance: (length: number) => Uint8Array;
  readonly log: Log;
  readonly turn: Turn;
  readonly lives: () => readonly HeldLife[];
  readonly streams: () => ReplicaMessage["streams"];
  /** Whether the dataplane has a later life at this relay. */
  readonly isHere: (life: HeldLife) => boolean;
  readonly recorded: () => Promise<void>;
  /** Another relay tells of a life, or of an end. */
  readonly onLife: (event: LifeEvent) => void;
  readonly onEnd: (event: EndEvent) => void;
  /** Another relay has given a name its address. */
  readonly onNamed: (event: NamedEvent) => void;
  /** A life at another relay that the snapshot may hold already. */
  readonly onHeld: (life: OtherLife) => void;
  /** A dataplane that was at a lost relay is gone. */
  readonly onLost: (life: OtherLife) => void;
  /** A life of this relay was taken for gone elsewhere. */
  readonly onGone: (life: HeldLife) => void;
  readonly period?: number;
  readonly backoff?: readonly [first: number, most: number];
}

/** A rival at another relay. */
export type OtherRival = NonNullable<HolderAnswer["rival"]> & { readonly relay: string };

export interface Replicas {
  /** An event of this relay's own. */
  tell(event: ReplicaEvent): void;
  /**
   * Resolves when the relays that are in touch have heard all that was told, or after a bound: whoever is answered only
   * then may go on at another of them.
   */
  told(): Promise<void>;
  /** Own events of an earlier run, and what came from others in it. Called once, before anything else. */
  restore(own: readonly ReplicaEvent[]): Promise<void>;
  /** A newer envelope: what it covers is forgotten (on disk once both snapshots that are there cover it), and its relays are the others. */
  adopt(envelope: Envelope, isSaved: boolean): void;
  /** Begins to talk; until then nothing is sent. */
  start(): void;
  answer(relay: string, message: ReplicaMessage): Promise<ReplicaMessage>;
  /** The latest of a dataplane's lives at other relays. */
  find(proxy: ProxyKey): OtherLife | undefined;
  all(proxy: ProxyKey): readonly OtherLife[];
  /** Another proxy that holds the name at one of the relays that told of it; one that gives no answer has none. */
  rival(question: HolderQuestion): Promise<OtherRival | null>;
  /** Whether every other relay has been heard of since then: a life that it knows nothing of has not gone there. */
  areHeardSince(moment: number): boolean;
  /** Registrations at the others, and how many of them have no stream. */
  streams(): ReplicaMessage["streams"];
  /** Ends the grace of those that were at a relay which is lost. */
  sweep(): void;
  /** More than half of a lost relay's streams have not come back: endpoints stay. */
  readonly mass: boolean;
  /** Lives that no envelope covers yet, of all relays. */
  uncovered(): readonly LifeEvent[];
  contacts(): readonly Contact[];
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** A relay that is in touch hears of an event within a few milliseconds; one that does not is as one that is away. */
const TELLING = 500;
/** One that is alive answers within milliseconds, and an Envoy that does not answer it holds no name. A move waits for this. */
const ASKING = 1000;

export function createReplicas(options: ReplicasOptions): Replicas {
  const { relay: own, vault, log, turn, clock } = options;
  const book = createBook();
  const others = createOtherLives();
  let peers: Parameters<typeof exchange.setPeers>[0] = [];
  /** The zone's relays by the newest envelope: of no other is anything believed, whoever tells it. */
  let relays: ReadonlySet<string> = new Set();
  let started = false;
  let mass = false;
  const unreadable = createOnce(log);
  let lastTold = 0;
  let writing: Promise<void> = Promise.resolve();
  /** Files of events that are forgotten here; a restart needs them while its snapshot does not cover them. */
  const forgotten = new Set<string>();
  /** Those that the newest snapshot on disk covers, and the one before it may not: where the newest is damaged, a restart begins there. */
  const outlived = new Set<string>();
  const enqueue = (work: () => Promise<void>): void => {
    writing = writing.then(work).catch((error: unknown) => {
      log("error", "another relay's event could not be kept on disk", { reason: reasonOf(error) });
    });
  };
  /** Lives of a lost relay that were taken for gone: if it was only out of reach, it must hear that its peers lost them. */
  const gone = new Map<string, readonly OtherLife[]>();
  const exchange = createExchange({
    ...options,
    gone: {
      of: (relay) => (gone.get(relay) ?? []).map(({ event: _, relay: __, ...life }) => life),
      told(relay, told) {
        const left = (gone.get(relay) ?? []).filter(
          (life) => !told.some((one) => one.registration === life.registration),
        );
        if (left.length === 0) gone.delete(relay);
        else gone.set(relay, left);
      },
    },
    run: toBase32(options.chance(10)),
    have: book.have,
    lackedBy: book.lackedBy,
    onMessage: take,
  });

  function take(relay: string, { runs, lives, have, gone: lost }: ReplicaMessage): void {
    const told = runs.filter((run) => run.relay !== own && relays.has(run.relay));
    const fresh = book.take(told.map((run) => ({ ...run, events: run.events.filter(isReadable) })));
    for (const event of fresh) {
      enqueue(() => vault.write(fileOf(event), event));
      learn(event);
    }
    if (lives !== null) {
      const known = have[relay] ?? 0;
      others.list(
        relay,
        lives,
        book.of(relay).filter(({ number }) => number > known),
      );
      for (const life of others.of(relay)) {
        turn.see(life.at);
        options.onHeld(life);
      }
    }
    for (const life of lost) options.onGone(life);
    if (fresh.length > 0) exchange.wake(relay);
  }

  /** One that is not would be met again at each restart. */
  function isReadable(event: ReplicaEvent): boolean {
    if (replicaEvent.safeParse(event).success) return true;
    unreadable("warn", "another relay tells of a life that cannot be read; it is left out", String(event?.relay));
    return false;
  }

  function learn(event: ReplicaEvent): void {
    others.take(event);
    if (event.kind === "gone") options.onEnd(event);
    else if (event.kind === "named") options.onNamed(event);
    else {
      turn.see(event.at);
      options.onLife(event);
    }
  }

  const isElsewhere = (life: OtherLife): boolean =>
    options.isHere(life) || others.all(life).some((one) => one.at > life.at);
  const lost = (): readonly Contact[] =>
    exchange.contacts().filter(({ inTouch, at }) => !inTouch && clock() - at >= GRACE);

  return {
    tell(event) {
      book.add(event);
      lastTold = event.number;
      if (event.kind === "gone") others.take(event);
      exchange.wake();
    },
    told: () => exchange.told(own, lastTold, TELLING),
    async restore(events) {
      for (const event of events) book.add(event);
      const kept: ReplicaEvent[] = [];
      for (const name of await vault.names()) {
        const event = (await vault.read(name)) as ReplicaEvent | null;
        const isKnown = event !== null && (relays.size === 0 || relays.has(event.relay));
        if (isKnown && isReadable(event)) kept.push(event);
        else await vault.remove(name);
      }
      kept.sort((a, b) => a.number - b.number);
      const fresh = new Set(book.restore(kept));
      for (const event of fresh) learn(event);
      for (const event of kept) if (!fresh.has(event)) outlived.add(fileOf(event));
    },
    adopt({ relays: named }, isSaved) {
      relays = new Set(named.map(({ id }) => id));
      const isGone = (id: string): boolean => id !== own && !relays.has(id);
      const covered = book.cover(new Map(named.map(({ id, lastEvent }) => [id, lastEvent])));
      for (const event of covered) if (event.relay !== own) forgotten.add(fileOf(event));
      for (const event of book.dismiss(isGone)) outlived.add(fileOf(event));
      if (isSaved) {
        for (const file of outlived) enqueue(() => vault.remove(file));
        outlived.clear();
        for (const file of forgotten) outlived.add(file);
        forgotten.clear();
      }
      others.dismiss(isGone);
      peers = named.flatMap(({ id, address, ca }) =>
        id === own || address === undefined || ca === undefined ? [] : [{ id, address, ca }],
      );
      if (started) exchange.setPeers(peers);
    },
    start() {
      started = true;
      exchange.setPeers(peers);
    },
    answer: exchange.answer,
    find: others.find,
    all: others.all,
    async rival(question) {
      const asked = exchange
        .contacts()
        .filter(({ peer, inTouch }) => inTouch && others.all(question).some((life) => life.relay === peer.id));
      const answers = await Promise.all(
        asked.map(async ({ peer }): Promise<OtherRival | null> => {
          try {
            const { rival } = await options.client.ask(peer, question, AbortSignal.timeout(ASKING));
            return rival && { ...rival, relay: peer.id };
          } catch (error) {
            log("warn", "another relay could not be asked who holds a name", {
              relay: peer.id,
              reason: reasonOf(error),
            });
            return null;
          }
        }),
      );
      return answers.find((one) => one !== null) ?? null;
    },
    // One that calls first after this relay's start does not tell yet who has gone to it meanwhile.
    areHeardSince: (moment) =>
      exchange.contacts().every(({ inTouch, at, isKnown }) => inTouch && isKnown && at >= moment),
    streams() {
      let [owned, closed] = [0, 0];
      for (const { inTouch, streams, peer } of exchange.contacts()) {
        const left = inTouch ? [] : others.of(peer.id).filter((life) => life.owner === "stream" && !isElsewhere(life));
        owned += inTouch ? streams.owned : left.length;
        closed += inTouch ? streams.closed : left.length;
      }
      return { owned, closed };
    },
    sweep() {
      let found = false;
      for (const { peer } of lost()) {
        const verdict = judgeLost(others.of(peer.id), isElsewhere);
        found ||= verdict.mass;
        for (const life of verdict.gone) {
          gone.set(peer.id, [...(gone.get(peer.id) ?? []), life]);
          options.onLost(life);
        }
      }
      if (found && !mass) log("warn", "most dataplanes of a lost relay are nowhere else; their endpoints stay");
      mass = found;
    },
    get mass() {
      return mass;
    },
    uncovered: () =>
      Object.keys(book.have()).flatMap((relay) =>
        book.of(relay).flatMap((event) => (event.kind === "life" ? [event] : [])),
      ),
    contacts: exchange.contacts,
    settled: () => writing,
    close: exchange.close,
  };
}

function fileOf({ relay, number }: ReplicaEvent): string {
  return `${relay}.${String(number).padStart(16, "0")}`;
}
