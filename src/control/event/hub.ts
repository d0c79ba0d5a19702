// The hub of events in one process: who listens to an organisation is told what changes there. Where nobody listens nothing is kept.
import type { Hint, HintEvent } from "#api/event.ts";
import type { Chance } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { toBase32 } from "#trust/bytes.ts";
import { keyOfHint, mergeHints } from "./merge.ts";

/** Who listens. Neither may throw. */
export interface Listener {
  take(event: HintEvent): void;
  /** Nothing more comes; it may listen again. */
  end(): void;
}

/** Streams of events. */
export interface Events {
  /**
   * Tells what follows `since`, then what comes; `since` null = only what comes. The first that is told is `ready`, or `reset`
   * where what followed `since` is not known any more. Resolves to what ends it. Fault `too-many`.
   */
  listen(tenant: string, since: string | null, listener: Listener): Promise<() => void>;
}

/** The hints are made only where somebody listens. */
export type Tell = (tenant: string, hints: () => readonly Hint[]) => void;

export interface Hub extends Events {
  /** Costs one look where nobody listens. Never throws. */
  readonly tell: Tell;
  /** Ends all that listen: the process is about to end. */
  end(): void;
}

/** Listeners of one organisation at a time. */
export const MOST_LISTENERS = 100;
/** Events that can be told again to who comes back. */
export const KEPT_EVENTS = 256;
/** Alike hints are gathered for so long, and told once; milliseconds. */
const GATHER = 100;
/** How long events are kept for the last listener to come back; milliseconds. */
const LINGER = 60_000;

interface Channel {
  /** Another one, after a restart, has another name: its numbers mean nothing here. */
  readonly name: string;
  readonly listeners: Set<Listener>;
  readonly waiting: Map<string, Hint>;
  kept: readonly HintEvent[];
  last: number;
  gathering: ReturnType<typeof setTimeout> | null;
  lingering: ReturnType<typeof setTimeout> | null;
}

/** A hub without listeners. */
export function openHub(chance: Chance): Hub {
  const channels = new Map<string, Channel>();
  let ended = false;

  const channelOf = (tenant: string): Channel => {
    const known = channels.get(tenant);
    if (known !== undefined) return known;
    const opened: Channel = {
      ...{ name: toBase32(chance(5)), listeners: new Set(), waiting: new Map(), kept: [], last: 0 },
      ...{ gathering: null, lingering: null },
    };
    channels.set(tenant, opened);
    return opened;
  };
  const flush = (channel: Channel): void => {
    if (channel.gathering !== null) clearTimeout(channel.gathering);
    channel.gathering = null;
    const events = [...channel.waiting.values()].map((hint) => {
      channel.last += 1;
      return { id: idOf(channel, channel.last), hint };
    });
    channel.waiting.clear();
    channel.kept = [...channel.kept, ...events].slice(-KEPT_EVENTS);
    for (const listener of [...channel.listeners]) for (const event of events) listener.take(event);
  };
  const leave = (tenant: string, channel: Channel, listener: Listener): void => {
    if (!channel.listeners.delete(listener) || channel.listeners.size > 0 || ended) return;
    channel.lingering = unref(setTimeout(() => close(tenant, channel), LINGER));
  };
  const close = (tenant: string, channel: Channel): void => {
    for (const timer of [channel.gathering, channel.lingering]) if (timer !== null) clearTimeout(timer);
    if (channels.get(tenant) === channel) channels.delete(tenant);
  };

  return {
    tell(tenant, hints) {
      const channel = channels.get(tenant);
      if (channel === undefined) return;
      for (const hint of hints()) {
        const key = keyOfHint(hint);
        const before = channel.waiting.get(key);
        channel.waiting.set(key, before === undefined ? hint : mergeHints(before, hint));
      }
      if (channel.waiting.size > 0) channel.gathering ??= unref(setTimeout(() => flush(channel), GATHER));
    },
    async listen(tenant, since, listener) {
      if (ended) throw new Fault("unavailable", "The control plane is about to stop", { retryAfter: 1 });
      const channel = channelOf(tenant);
      if (channel.listeners.size >= MOST_LISTENERS) {
        const detail = `${MOST_LISTENERS} streams of events are open in this organisation, the most that there may be`;
        throw new Fault("too-many", detail, { retryAfter: 30 });
      }
      if (channel.lingering !== null) clearTimeout(channel.lingering);
      channel.lingering = null;
      // What is waiting gets its number now, so that nobody is told of it twice or never.
      flush(channel);
      const missed = missedBy(channel, since);
      for (const event of missed ?? []) listener.take(event);
      const kind = missed === null ? "reset" : "ready";
      listener.take({ id: idOf(channel, channel.last), hint: { kind } });
      channel.listeners.add(listener);
      return () => leave(tenant, channel, listener);
    },
    end() {
      ended = true;
      for (const [tenant, channel] of [...channels]) {
        close(tenant, channel);
        for (const listener of [...channel.listeners]) listener.end();
      }
    },
  };
}

function idOf({ name }: Channel, number: number): string {
  return `${name}-${number}`;
}

/** What was told since; null = that is not known any more. */
function missedBy({ name, kept, last }: Channel, since: string | null): readonly HintEvent[] | null {
  if (since === null) return [];
  const [, of, text] = /^([a-z2-7]{1,16})-(\d{1,15})$/.exec(since) ?? [];
  const number = Number(text);
  const known = of === name && number <= last && number >= last - kept.length;
  return known ? kept.slice(kept.length - (last - number)) : null;
}

/** Nobody's process waits for it. */
function unref(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
