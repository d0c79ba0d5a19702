// The exchange: a worker for each other relay of the zone, which tells it what is new at once and asks now and then.
import type { EventRun, ReplicaMessage } from "#api/replica.ts";
import type { Clock } from "#model/clock.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import { createBackoff, pause } from "#relay/zone/backoff.ts";
import type { Peer, ReplicaClient } from "./client.ts";

export interface ExchangeOptions {
  readonly client: Pick<ReplicaClient, "call" | "close">;
  readonly clock: Clock;
  readonly log: Log;
  /** Random id of this run. */
  readonly run: string;
  readonly have: () => Readonly<Record<string, number>>;
  readonly lackedBy: (
    have: Readonly<Record<string, number>>,
    most?: Readonly<Record<string, number>>,
  ) => readonly EventRun[];
  /** Lives of the relay that were taken for gone here; `told` says which it has been told of. */
  readonly gone: {
    of(relay: string): ReplicaMessage["gone"];
    told(relay: string, lives: ReplicaMessage["gone"]): void;
  };
  readonly lives: () => NonNullable<ReplicaMessage["lives"]>;
  readonly streams: () => ReplicaMessage["streams"];
  /** Resolves when own events are on disk: a number that was told must not be given again after a crash. */
  readonly recorded: () => Promise<void>;
  /** A message has come from a relay, as a call or as an answer. */
  readonly onMessage: (relay: string, message: ReplicaMessage) => void;
  /** Milliseconds between two calls when there is nothing to tell. */
  readonly period?: number;
  /** First and longest pause after a failure; milliseconds. */
  readonly backoff?: readonly [first: number, most: number];
}

/** How it stands with another relay. */
export interface Contact {
  readonly peer: Peer;
  /** When it was last heard of; by this relay's clock, its start where it never was. */
  readonly at: number;
  /** It has answered, or called, and since then no call has failed. */
  readonly inTouch: boolean;
  /** Its lives have been heard in this run of it. */
  readonly isKnown: boolean;
  readonly streams: ReplicaMessage["streams"];
}

export interface Exchange {
  /** Who the other relays are, by the newest envelope. */
  setPeers(peers: readonly Peer[]): void;
  /** Something is new: told at once, but not to the one that it came from. */
  wake(except?: string): void;
  /** Takes a call of another relay and gives the answer. */
  answer(relay: string, message: ReplicaMessage): Promise<ReplicaMessage>;
  contacts(): readonly Contact[];
  /** Resolves when all that are in touch have that relay's events up to a number, or after so many milliseconds. */
  told(relay: string, number: number, milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const PERIOD = 2000;
/** Between two parts of what does not fit into one message; milliseconds. */
const BETWEEN = 20;
const BACKOFF = [250, 2000] as const;
const NO_STREAMS = { owned: 0, closed: 0 };

interface Line {
  peer: Peer;
  at: number;
  inTouch: boolean;
  streams: ReplicaMessage["streams"];
  /** What the other has, as it said last; null before it has said. */
  have: Readonly<Record<string, number>> | null;
  /** The other's run, and whether this run's lives have been heard there. */
  run: string;
  heard: boolean;
  readonly ending: AbortController;
  /** Ends the pause between two calls. */
  hurry: AbortController;
  /** Ends the pause after a failure: the other has called. */
  back: AbortController;
  working: Promise<void>;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { client, clock, log, period = PERIOD, backoff: pauses = BACKOFF } = options;
  const lines = new Map<string, Line>();
  /** What waits for others to have been told. */
  const waiting = new Set<() => void>();
  let closed = false;

  async function compose(id: string): Promise<ReplicaMessage> {
    // What comes while these are written is not on disk yet, and is told by the next message.
    const most = options.have();
    await options.recorded();
    const line = lines.get(id);
    const { [id]: _, ...have } = line?.have ?? {};
    return {
      run: options.run,
      heard: line?.run ?? "",
      have: options.have(),
      // What the other relay has seen itself it need not be told.
      runs: options.lackedBy({ ...have, [id]: Number.MAX_SAFE_INTEGER }, most),
      lives: line?.heard === true ? null : options.lives(),
      gone: options.gone.of(id),
      streams: options.streams(),
    };
  }

  function take(id: string, message: ReplicaMessage): void {
    const line = lines.get(id);
    if (line !== undefined) {
      if (!line.inTouch) log("info", "another relay of the zone is in touch", { relay: id });
      line.at = clock();
      line.inTouch = true;
      line.have = message.have;
      line.heard = message.heard === options.run;
      line.streams = message.streams;
      // Its list of lives is what is heard of a run: until it has come, the run counts as another.
      if (message.lives !== null) line.run = message.run;
      else if (line.run !== message.run) line.run = "";
    }
    options.onMessage(id, message);
    for (const look of [...waiting]) look();
  }

  const lacks = ({ peer, have }: Line): boolean =>
    options.lackedBy({ ...have, [peer.id]: Number.MAX_SAFE_INTEGER }).length > 0;

  async function work(line: Line): Promise<void> {
    const backoff = createBackoff(...pauses, Math.random);
    const once = createOnce(log);
    while (!line.ending.signal.aborted) {
      try {
        const message = await compose(line.peer.id);
        const before = JSON.stringify(line.have);
        take(line.peer.id, await client.call(line.peer, message, line.ending.signal));
        options.gone.told(line.peer.id, message.gone);
        backoff.reset();
        once.reset();
        // One that takes nothing, as it has not heard of some relay yet, must not be asked without a pause.
        const isMoving = lacks(line) && JSON.stringify(line.have) !== before;
        await (isMoving ? pause(BETWEEN, line.ending.signal) : pause(period, line.ending.signal, line.hurry.signal));
      } catch (error) {
        if (line.ending.signal.aborted) return;
        line.inTouch = false;
        for (const look of [...waiting]) look();
        once("warn", "another relay of the zone is out of touch", `${line.peer.address}: ${reasonOf(error)}`);
        await pause(backoff.next(), line.ending.signal, line.back.signal);
      }
      if (line.hurry.signal.aborted) line.hurry = new AbortController();
      if (line.back.signal.aborted) line.back = new AbortController();
    }
  }

  function open(peer: Peer): void {
    const line: Line = {
      ...{ peer, at: clock(), inTouch: false, streams: NO_STREAMS, have: null, run: "", heard: false },
      ...{ ending: new AbortController(), hurry: new AbortController(), back: new AbortController() },
      working: Promise.resolve(),
    };
    lines.set(peer.id, line);
    line.working = work(line);
  }

  const wake = (except?: string): void => {
    for (const [id, line] of lines) if (id !== except) line.hurry.abort();
  };
  return {
    setPeers(peers) {
      if (closed) return;
      const next = new Map(peers.map((peer) => [peer.id, peer]));
      for (const [id, line] of lines) {
        const peer = next.get(id);
        if (peer !== undefined) line.peer = peer;
        else {
          line.ending.abort();
          lines.delete(id);
        }
      }
      for (const peer of peers) if (!lines.has(peer.id)) open(peer);
    },
    wake,
    async answer(id, message) {
      const line = lines.get(id);
      if (line?.inTouch === false) line.back.abort();
      take(id, message);
      return compose(id);
    },
    contacts: () =>
      [...lines.values()].map(({ peer, at, inTouch, streams, run }) => ({
        peer,
        at,
        inTouch,
        streams,
        isKnown: run !== "",
      })),
    told(relay, number, milliseconds) {
      const lacking = (): boolean =>
        !closed && [...lines.values()].some(({ inTouch, have }) => inTouch && (have?.[relay] ?? 0) < number);
      if (!lacking()) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const look = (): void => {
          if (!lacking()) end();
        };
        const timer = setTimeout(end, milliseconds);
        waiting.add(look);
      });
    },
    async close() {
      closed = true;
      for (const look of [...waiting]) look();
      const working = [...lines.values()].map((line) => {
        line.ending.abort();
        return line.working;
      });
      await Promise.all(working);
      client.close();
    },
  };
}
