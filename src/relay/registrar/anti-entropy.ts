// Anti-entropy: this relay knows who lives at it. Where the control plane means others, whatever was lost between the two, it is told again.

import { livesDigest } from "#api/lives.ts";
import type { CertificatesRequest, CertificatesResponse, Envelope, LivesAnswer, RefusedJoin } from "#api/zone.ts";
import { MOST_JOINS, MOST_LIVES } from "#api/zone-shape.ts";
import type { Clock } from "#model/clock.ts";
import { isLater, type Position } from "#model/position.ts";
import { createOnce, type Log } from "#relay/log.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import type { EventLog } from "./event-log.ts";
import { judge } from "./grace.ts";
import { joinOf } from "./readiness.ts";
import type { Registrar, Registration } from "./registrar.ts";

export interface AntiEntropyOptions {
  /** This relay's id. */
  readonly relay: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Pick<EventLog, "after">;
  readonly registrar: Pick<Registrar, "here" | "all" | "streams">;
  /** Whether the answer to this registration's join is still to come. */
  readonly awaits: (registration: string) => boolean;
  readonly client: Pick<ZoneClient, "report" | "certificates">;
  readonly stopping: AbortSignal;
  readonly onTaken: (registration: Registration) => void;
  readonly onRefused: (join: RefusedJoin) => void;
  /** Whether the snapshot has a proxy of its name, be it of this life or another. */
  readonly isShown: (registration: Registration) => boolean;
  /** Its user has ended it elsewhere. */
  readonly onEnded: (registration: Registration) => void;
  /** Of the whole zone. */
  readonly counts: Registrar["counts"];
  /** The control plane takes it for living here, nobody here knows it, and it has not come in its grace. */
  readonly onGone: (life: Extra) => void;
}

/** A difference that stays is settled again after so long; milliseconds. */
const REPEAT = 60_000;

const UNSETTLED = { difference: "", at: Number.NEGATIVE_INFINITY };

type Extra = LivesAnswer["extra"][number];

export interface AntiEntropy {
  /** Compares with a snapshot's envelope, and settles what differs. Throws when the control plane does not answer. */
  settle(envelope: Envelope): Promise<void>;
  /** Whether it is to join again now that it has a stream. */
  waits(registration: string): boolean;
}

/** What differs costs one call; what is the same costs none. */
export function createAntiEntropy(options: AntiEntropyOptions): AntiEntropy {
  const { relay, clock, log, events, registrar, awaits, client, stopping, onTaken, onRefused } = options;
  const once = createOnce(log);
  /** The difference that was settled last, and when: it shows until the next snapshot has what it led to. */
  let settled = UNSETTLED;
  /** Lives that the control plane does not know, and that join again once a stream shows that they live. */
  let missing: ReadonlySet<string> = new Set();
  /** When the control plane did not know them, and whether it had gone back to an earlier state by then. */
  let asked = { at: { epoch: 0, sequence: 0 } as Position, isAll: false };
  let epochBefore: number | null = null;
  /** What was lost with this relay's disk, by registration, and since when that is known: each may come back as any other. */
  const extras = new Map<string, { readonly life: Extra; readonly at: number }>();

  /** Nothing is under way that a later envelope will show. */
  function isStill(lastEvent: number): boolean {
    const isTold = events.after(lastEvent).every(({ kind }) => kind !== "joined" && kind !== "gone");
    return isTold && !registrar.here().some(({ id }) => awaits(id));
  }

  function sweep(): void {
    const lost = [...extras].map(([key, { at }]) => ({ key, at }));
    for (const key of judge(lost, lost.length, clock(), options.counts()).gone) {
      const extra = extras.get(key);
      extras.delete(key);
      if (extra !== undefined) options.onGone(extra.life);
    }
  }

  /**
   * A stream is the proof of life. What a user registered and no snapshot shows was deleted by a user, unless the control
   * plane has gone back to an earlier state; where the snapshot shows its name, another life was taken for the later one.
   */
  async function joinAgain(shown: Position): Promise<void> {
    // A snapshot from before that moment may show what a user has deleted since, or lack what a user has just registered.
    const isSeen = !isLater(asked.at, shown);
    const lives: Registration[] = [];
    for (const one of registrar.here()) {
      if (!missing.has(one.id) || awaits(one.id)) continue;
      if (registrar.streams(one) > 0 || (one.owner === "user" && isSeen && (asked.isAll || options.isShown(one))))
        lives.push(one);
      else if (one.owner === "user" && isSeen) options.onEnded(one);
    }
    if (lives.length === 0) return;
    const again = new Set(lives.map(({ id }) => id));
    for (let at = 0; at < lives.length; at += MOST_JOINS) {
      const batch = lives.slice(at, at + MOST_JOINS);
      const { answers } = await ask({ joins: batch.map(aged) });
      for (const registration of batch) {
        const answer = answers.find((one) => one.registration === registration.id);
        if (answer === undefined) continue;
        if ("refused" in answer) onRefused({ registration: registration.id, reason: answer.refused });
        else onTaken(registration);
      }
    }
    missing = new Set([...missing].filter((id) => !again.has(id)));
  }

  /** A life that began later at another relay is not undone by this one. */
  function aged(registration: Registration): CertificatesRequest["joins"][number] {
    return { ...joinOf(registration), age: Math.max(0, clock() - registration.at) };
  }

  const ask = (request: CertificatesRequest): Promise<CertificatesResponse> => client.certificates(request, stopping);

  return {
    async settle({ epoch, sequence, relays }) {
      const own = relays.find(({ id }) => id === relay);
      if (own?.lives === undefined || !isStill(own.lastEvent)) return;
      const lives = registrar.here().map(({ id }) => id);
      const digest = livesDigest(lives);
      const difference = `${epoch} ${own.lives} ${digest}`;
      if (own.lives === digest) {
        extras.clear();
        missing = new Set();
        settled = UNSETTLED;
      }
      sweep();
      const hasGoneBack = epochBefore !== null && epoch > epochBefore;
      if (own.lives === digest || (difference === settled.difference && clock() - settled.at < REPEAT)) {
        epochBefore = epoch;
        return joinAgain({ epoch, sequence });
      }
      if (lives.length > MOST_LIVES) {
        once("warn", "more proxies live at this relay than can be compared with the control plane's", `${MOST_LIVES}`);
        return;
      }
      const { lives: answer, ...at } = await client.report({ events: [], lives }, stopping);
      if (answer === undefined) return;
      if (answer.missing.length > 0 || answer.extra.length > 0)
        log("info", "the control plane and this relay meant other proxies", {
          missing: answer.missing.length,
          extra: answer.extra.length,
        });
      const ended = new Set(answer.ended);
      for (const one of registrar.here()) if (ended.has(one.id)) options.onEnded(one);
      missing = new Set(answer.missing.filter((id) => !ended.has(id)));
      asked = { at, isAll: hasGoneBack };
      await joinAgain({ epoch, sequence });
      const known = new Set(registrar.all().map(({ id }) => id));
      const extra = answer.extra.filter(({ registration }) => !known.has(registration));
      const before = new Map(extras);
      extras.clear();
      for (const life of extra) extras.set(life.registration, before.get(life.registration) ?? { life, at: clock() });
      settled = { difference, at: clock() };
      epochBefore = epoch;
    },
    waits: (registration) => missing.has(registration),
  };
}
