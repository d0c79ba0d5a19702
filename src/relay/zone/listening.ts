// How a relay listens: the ladder with its timers and its one connection to the bell, and what it counts of them.
import { PING_EVERY, readRing } from "#api/bell.ts";
import type { Way } from "#api/zone.ts";
import type { Position } from "#model/position.ts";
import type { Log } from "#relay/log.ts";
import { AT_FIRST, type Ladder, type LadderEvent, step, type Timer } from "./ladder.ts";

/** A connection to the bell that is asked for, or stands. */
export interface Line {
  send(text: string): void;
  /** Ends it; nothing more is told of it. */
  end(): void;
}

/** What is told of a connection: all that it says, and, once, that it has come to nothing or has ended. */
export interface Told {
  said(text: string): void;
  shut(reason: string): void;
}

/** Asks for a connection to the bell. Never throws. */
export type Knock = (told: Told) => Line;

export interface ListeningOptions {
  /** Absent = there is no bell: polls alone. */
  readonly knock?: Knock | undefined;
  readonly log: Log;
  /** 0..1. */
  readonly random: () => number;
  /** The zone's snapshot has reached this position. */
  readonly onRing: (position: Position) => void;
  /** The way is another. */
  readonly onTurn: (way: Way) => void;
  /** The control plane has been heard of. */
  readonly onSign: () => void;
  /** How long an answer to a knock, the first ring and a pong may take; milliseconds. */
  readonly patience?: number;
  readonly pingEvery?: number | undefined;
}

export interface ListeningCounts {
  readonly rings: number;
  readonly knocks: number;
  /** Connections that stood and have ended. */
  readonly ended: number;
  readonly cuts: number;
}

export interface Listening {
  readonly way: Way;
  readonly bell: Ladder["bell"];
  /** Why the bell is not heard; empty while it is. */
  readonly reason: string;
  readonly counts: ListeningCounts;
  start(): void;
  /** What became of polls. */
  tell(event: Extract<LadderEvent, { kind: "held" | "cut" | "recovered" }>["kind"]): void;
  close(): void;
}

/** Below the pause between plain polls: who knocks is not deaf for longer than one that polls. */
const PATIENCE = 5000;

export function createListening(options: ListeningOptions): Listening {
  const { knock, log, random, onRing, onTurn, onSign, patience = PATIENCE, pingEvery = PING_EVERY } = options;
  const counts = { rings: 0, knocks: 0, ended: 0, cuts: 0 };
  const timers = new Map<Timer, NodeJS.Timeout>();
  let ladder = knock === undefined ? ({ ...AT_FIRST, way: "held" } as const) : AT_FIRST;
  let line: Line | null = null;
  let watch: NodeJS.Timeout | undefined;
  let reason = knock === undefined ? "there is none" : "not asked yet";
  let closed = false;

  function take(event: LadderEvent): void {
    if (closed) return;
    const { way } = ladder;
    const next = step(ladder, event, random);
    ladder = next.ladder;
    if (ladder.way !== way) log("info", "news come by another way", { way: ladder.way, before: way, reason });
    for (const action of next.actions) {
      if (action.kind === "knock") open();
      else if (action.kind === "turn") onTurn(ladder.way);
      else if (action.timer !== "knock" || knock !== undefined) {
        clearTimeout(timers.get(action.timer));
        timers.delete(action.timer);
        const { timer } = action;
        if (action.kind === "wait") timers.set(timer, setTimeout(() => take({ kind: timer }), action.for).unref());
      }
    }
  }

  function open(): void {
    if (knock === undefined) return;
    counts.knocks++;
    let mine: Line | null = null;
    let isOver = false;
    /** Ends it by itself, where nothing came within its patience. */
    const expect = (what: string): void => {
      clearTimeout(watch);
      watch = setTimeout(() => over(`no ${what} came within ${patience} ms`), patience).unref();
    };
    const over = (why: string): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(watch);
      mine?.end();
      line = null;
      reason = why;
      if (ladder.bell === "open") counts.ended++;
      log("debug", "the bell is not heard", { reason });
      take({ kind: "shut" });
    };
    const ping = (): void => {
      mine?.send("ping");
      expect("answer to a ping");
    };
    const rest = (): void => {
      clearTimeout(watch);
      watch = setTimeout(ping, pingEvery).unref();
    };
    expect("first ring");
    mine = knock({
      said(text) {
        if (isOver || closed) return;
        onSign();
        rest();
        const position = readRing(text);
        if (position === null) return;
        counts.rings++;
        if (ladder.bell === "knocking") {
          reason = "";
          take({ kind: "opened" });
        }
        onRing(position);
      },
      shut: over,
    });
    if (isOver) mine.end();
    else line = mine;
  }

  return {
    get way() {
      return ladder.way;
    },
    get bell() {
      return ladder.bell;
    },
    get reason() {
      return reason;
    },
    counts,
    start() {
      if (knock !== undefined) take({ kind: "start" });
    },
    tell(kind) {
      if (kind === "cut") counts.cuts++;
      take({ kind });
    },
    close() {
      closed = true;
      clearTimeout(watch);
      for (const timer of timers.values()) clearTimeout(timer);
      line?.end();
    },
  };
}
