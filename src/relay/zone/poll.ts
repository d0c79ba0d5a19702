// The poll: asks for the next snapshot, believes it when it verifies, keeps it on disk, and hands it on.

import { within } from "#api/within.ts";
import type { EnrolResponse, Way } from "#api/zone.ts";
import type { Digest } from "#model/json.ts";
import { isLater, type Position } from "#model/position.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import type { SnapshotDisk } from "#relay/state/snapshot-disk.ts";
import { arrivalOf } from "./arrival.ts";
import { createBackoff, pause } from "./backoff.ts";
import { createHolds } from "./holds.ts";
import { createListening, type Knock, type Listening } from "./listening.ts";
import { type RefusalCause, type SignedSnapshot, verifySigned } from "./signed.ts";
import { baseOf, isUnreachable, type ZoneClient } from "./zone-client.ts";

/** A held answer that came sooner was not held: then polls are spaced. Milliseconds. */
const HELD_AT_LEAST = 1000;
/** Who is told of what is not there yet asks again ever later: the zone's snapshot may not be published for long. Milliseconds. */
const LONGEST_LAG = 60_000;
/** The longest pause between plain polls, and half of it the shortest; milliseconds. */
const PLAIN_PERIOD = 10_000;
/** On the bell a ring may be lost, and so may be what the answers of signs of life tell; milliseconds. */
export const SAFETY_PERIOD = 60 * 60_000;
/** The shortest pause on the bell, as a share of the longest. */
export const LEAST = 0.8;
/** What ended for many at once is not asked after by all at once; milliseconds. */
const SPREAD = 1000;

export interface PollOptions {
  readonly client: Pick<ZoneClient, "snapshot">;
  /** Asks for the bell; absent = there is none. */
  readonly knock?: Knock | undefined;
  readonly disk: Pick<SnapshotDisk, "save">;
  readonly enrolment: EnrolResponse;
  readonly digest: Digest;
  readonly current: SignedSnapshot | null;
  readonly log: Log;
  /** 0..1. */
  readonly random: () => number;
  /** How often the bell is asked whether it still stands; milliseconds. */
  readonly pingEvery?: number;
  /** First and longest pause after failures; milliseconds. */
  readonly backoff: readonly [first: number, most: number];
  /** A newer snapshot has come and is good; it is about to be written to disk. */
  readonly onVerified?: (signed: SignedSnapshot) => void;
  /** With when its bytes were here (monotonic milliseconds), when the control plane says that it answered, and whether it is on disk. */
  readonly onSnapshot: (signed: SignedSnapshot, at: number, answeredAt: number | null, isSaved: boolean) => void;
  /** After each answer, and after each failure with its reason. */
  readonly onReach: (reachable: boolean, reason: string) => void;
}

export interface PollCounts {
  /** Answers whose (epoch, sequence) was not above the one at hand. */
  readonly older: number;
  /** Answers that did not verify. */
  readonly refused: number;
  readonly refusedFor: Readonly<Record<RefusalCause, number>>;
  /** Snapshots that are served and could not be written to disk. */
  readonly unsaved: number;
  /** Calls for a snapshot, by whether the answer was to be held. */
  readonly held: number;
  readonly plain: number;
}

export interface Poll {
  readonly counts: PollCounts;
  readonly listening: Pick<Listening, "way" | "bell" | "reason" | "counts">;
  /** The control plane has told that the zone's snapshot has reached this position: it is asked for if it is not here. */
  expect(position: Position): void;
  close(): Promise<void>;
}

/** Polls until closed, as often as the way by which news come asks for it. */
export function startPoll(options: PollOptions): Poll {
  const { client, disk, enrolment, digest, log, random, onSnapshot, onReach } = options;
  const tell = createOnce(log);
  const counts = {
    ...{ older: 0, refused: 0, refusedFor: { signature: 0, claims: 0, content: 0 } },
    ...{ unsaved: 0, held: 0, plain: 0 },
  };
  const closing = new AbortController();
  const backoff = createBackoff(...options.backoff, random);
  const lag = createBackoff(HELD_AT_LEAST, LONGEST_LAG, random);
  const holds = createHolds(random);
  let current = options.current;
  /** Aborted to end what is held, or the pause between polls. */
  let wake = new AbortController();
  /** The newest position that was told of. */
  let expected: Position = { epoch: 0, sequence: 0 };
  /** A base that did not lead to a good snapshot is not named again: the whole is asked for. */
  let distrusted = false;
  /** The first call after a start, after a failure and on a way that is new is not held: it tells whether the control plane is there. */
  let plain = true;
  let reached: boolean | null = null;

  const isBehind = (): boolean => current === null || isLater(expected, current.envelope);
  const listening = createListening({
    knock: options.knock,
    log,
    random,
    pingEvery: options.pingEvery,
    onRing: expect,
    onSign: () => reach(true, ""),
    onTurn: () => wake.abort(),
  });

  function expect(position: Position): void {
    if (isLater(position, expected)) {
      expected = position;
      lag.reset();
    }
    if (isBehind()) wake.abort();
  }

  function reach(now: boolean, reason: string): void {
    const before = reached;
    reached = now;
    onReach(now, reason);
    if (now && before === false) listening.tell("recovered");
  }

  function tellHold(outcome: "held" | "cut"): void {
    holds.tell(outcome);
    listening.tell(outcome);
  }

  async function once(wait: number): Promise<"news" | "none" | "bad"> {
    const base = distrusted || current === null ? "" : baseOf(current.envelope);
    counts[wait > 0 ? "held" : "plain"]++;
    const asked = performance.now();
    // A call that is not held is over soon, and what wakes it meanwhile is looked at after it.
    const signals = wait > 0 ? [closing.signal, wake.signal] : [closing.signal];
    const answer = await within((wait + 10) * 1000, signals, (signal) => client.snapshot(base, wait, signal));
    const at = performance.now();
    reach(true, "");
    tell.reset();
    if (answer === null) return "none";
    const verified = await verifySigned(answer, current, enrolment, digest);
    if (verified.ok) {
      distrusted = false;
      options.onVerified?.(verified.signed);
      await take(verified.signed, at, arrivalOf(answer, at - asked));
      return "news";
    }
    if (verified.older) {
      counts.older++;
      log("debug", "a snapshot that is not newer was left aside", { reason: verified.reason });
      return "none";
    }
    counts.refused++;
    counts.refusedFor[verified.cause]++;
    distrusted = true;
    log("error", "a snapshot was refused; the one before is still served", { reason: verified.reason });
    return "bad";
  }

  async function take(signed: SignedSnapshot, at: number, answeredAt: number | null): Promise<void> {
    let isSaved = true;
    try {
      await disk.save(signed);
    } catch (error) {
      // A full disk must not keep a zone from its config: it is served, and the disk keeps the one before.
      isSaved = false;
      counts.unsaved++;
      log("error", "the snapshot could not be written to disk; it is served from memory", { reason: reasonOf(error) });
    }
    current = signed;
    if (!closing.signal.aborted) onSnapshot(signed, at, answeredAt, isSaved);
  }

  /** One call, and the pause after it that the way of the moment asks for. */
  async function turn(): Promise<void> {
    const { way } = listening;
    const wait = plain || way !== "held" ? 0 : holds.next();
    const start = performance.now();
    const before = expected;
    let outcome: Awaited<ReturnType<typeof once>>;
    try {
      outcome = await once(wait);
    } catch (error) {
      if (closing.signal.aborted || (wait > 0 && wake.signal.aborted)) return;
      const reason = reasonOf(error);
      const isReached = !isUnreachable(error);
      plain = true;
      // A hold may be cut by who is between, and no more is known of the control plane: the next call tells.
      if (wait > 0 && !isReached) tellHold("cut");
      else reach(isReached, reason);
      tell(isReached ? "warn" : "debug", "the control plane gave no snapshot", reason);
      await pause(backoff.next(error), closing.signal);
      return;
    }
    if (outcome === "bad") return pause(backoff.next(), closing.signal);
    backoff.reset();
    plain = false;
    if (wait > 0 && outcome === "none") {
      const wasHeld = performance.now() - start >= HELD_AT_LEAST;
      tellHold(wasHeld ? "held" : "cut");
      if (!wasHeld) await pause(HELD_AT_LEAST * (0.5 + random()), closing.signal, wake.signal);
      return;
    }
    if (way !== listening.way || (isLater(expected, before) && isBehind())) return;
    // What woke it meanwhile is here.
    if (wake.signal.aborted) wake = new AbortController();
    await rest(outcome);
  }

  /** Until it is time to ask again. */
  async function rest(outcome: "news" | "none"): Promise<void> {
    const { way } = listening;
    if (way === "bell") {
      // A ring may come before who answers polls has what it tells of.
      const pauseMs = isBehind() && outcome === "none" ? lag.next() : SAFETY_PERIOD * (LEAST + (1 - LEAST) * random());
      await pause(pauseMs, closing.signal, wake.signal);
    }
    if (way === "plain") await pause(PLAIN_PERIOD * (0.5 + 0.5 * random()), closing.signal, wake.signal);
  }

  async function run(): Promise<void> {
    let known: Way | null = null;
    while (!closing.signal.aborted) {
      const { way } = listening;
      // Who comes to the bell is told at once where it is, and may have all of it.
      if (way === "bell" && known !== way && known !== null && !isBehind()) await rest("news");
      else await turn();
      known = way;
      if (wake.signal.aborted) wake = new AbortController();
      if (way === listening.way) continue;
      plain = true;
      // Those who lost the bell together do not all ask at one moment.
      if (way === "bell") await pause(SPREAD * random(), closing.signal);
    }
  }

  listening.start();
  const running = run();
  return {
    counts,
    listening,
    expect,
    async close() {
      closing.abort();
      listening.close();
      await running;
    },
  };
}
