// The poll: asks for the next snapshot, believes it when it verifies, keeps it on disk, and hands it on.
import type { EnrolResponse } from "#api/zone.ts";
import type { Digest } from "#model/json.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import type { SnapshotDisk } from "#relay/state/snapshot-disk.ts";
import { createBackoff, pause, within } from "./backoff.ts";
import { type RefusalCause, type SignedSnapshot, verifySigned } from "./signed.ts";
import { baseOf, isUnreachable, type ZoneClient } from "./zone-client.ts";

/** How long the control plane is asked to hold an answer; seconds. */
const WAIT = 25;
/** A held answer that came sooner was not held: then polls are spaced. Milliseconds. */
const HELD_AT_LEAST = 1000;

export interface PollOptions {
  readonly client: Pick<ZoneClient, "snapshot">;
  readonly disk: Pick<SnapshotDisk, "save">;
  readonly enrolment: EnrolResponse;
  readonly digest: Digest;
  readonly current: SignedSnapshot | null;
  readonly log: Log;
  /** 0..1. */
  readonly random: () => number;
  /** First and longest pause after failures; milliseconds. */
  readonly backoff: readonly [first: number, most: number];
  /** A newer snapshot has come and is good; it is about to be written to disk. */
  readonly onVerified?: (signed: SignedSnapshot) => void;
  /** With when its bytes were here (monotonic milliseconds), and when the control plane says that it answered. */
  readonly onSnapshot: (signed: SignedSnapshot, at: number, answeredAt: number | null) => void;
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
}

export interface Poll {
  readonly counts: PollCounts;
  /** Ends the call that is held and asks anew: something is expected to be there. */
  nudge(): void;
  close(): Promise<void>;
}

/** Polls until closed. */
export function startPoll(options: PollOptions): Poll {
  const { client, disk, enrolment, digest, log, onSnapshot, onReach } = options;
  const tell = createOnce(log);
  const counts = { older: 0, refused: 0, refusedFor: { signature: 0, claims: 0, content: 0 }, unsaved: 0 };
  const closing = new AbortController();
  const backoff = createBackoff(...options.backoff, options.random);
  let current = options.current;
  let wake = new AbortController();
  /** A base that did not lead to a good snapshot is not named again: the whole is asked for. */
  let distrusted = false;
  /** The first call after a start, and after a failure, is not held: it tells whether the control plane is there. */
  let plain = true;

  async function once(): Promise<"news" | "none" | "bad"> {
    const base = distrusted || current === null ? "" : baseOf(current.envelope);
    const wait = plain ? 0 : WAIT;
    const answer = await within((wait + 10) * 1000, [closing.signal, wake.signal], (signal) =>
      client.snapshot(base, wait, signal),
    );
    const at = performance.now();
    onReach(true, "");
    tell.reset();
    if (answer === null) return "none";
    const verified = await verifySigned(answer, current, enrolment, digest);
    if (verified.ok) {
      distrusted = false;
      options.onVerified?.(verified.signed);
      await take(verified.signed, at, answer.answeredAt ?? null);
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
    try {
      await disk.save(signed);
    } catch (error) {
      // A full disk must not keep a zone from its config: it is served, and the disk keeps the one before.
      counts.unsaved++;
      log("error", "the snapshot could not be written to disk; it is served from memory", { reason: reasonOf(error) });
    }
    current = signed;
    if (!closing.signal.aborted) onSnapshot(signed, at, answeredAt);
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const start = performance.now();
      try {
        const held = !plain;
        const outcome = await once();
        plain = false;
        if (outcome === "bad") {
          await pause(backoff.next(), closing.signal);
          continue;
        }
        backoff.reset();
        if (outcome === "none" && held && performance.now() - start < HELD_AT_LEAST)
          await pause(HELD_AT_LEAST * (0.5 + options.random()), closing.signal, wake.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        if (wake.signal.aborted) {
          wake = new AbortController();
          continue;
        }
        const reason = reasonOf(error);
        const reached = !isUnreachable(error);
        onReach(reached, reason);
        tell(reached ? "warn" : "debug", "the control plane gave no snapshot", reason);
        plain = true;
        await pause(backoff.next(), closing.signal);
      }
      if (wake.signal.aborted) wake = new AbortController();
    }
  }

  const running = run();
  return {
    counts,
    nudge: () => wake.abort(),
    async close() {
      closing.abort();
      await running;
    },
  };
}
