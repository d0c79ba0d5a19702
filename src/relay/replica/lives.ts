// Lives at the zone's other relays, as far as they have told: who may come from there, and who is missing when one is lost.
import type { HeldLife, LifeEvent, ReplicaEvent } from "#api/replica.ts";
import { type ProxyKey, proxyPath } from "#relay/zone.ts";

/** A life at another relay. */
export interface OtherLife extends HeldLife {
  readonly relay: string;
  /** What it was told to be; absent where the control plane has told it. */
  readonly event?: LifeEvent;
}

export interface OtherLives {
  /** Takes what is new of other relays' events. */
  take(event: ReplicaEvent): void;
  /** All that live at a relay, as it says itself; `since` are its events after that list was made. */
  list(relay: string, lives: readonly HeldLife[], since: readonly ReplicaEvent[]): void;
  /** The latest of a dataplane's lives elsewhere. */
  find(proxy: ProxyKey): OtherLife | undefined;
  /** Every life of a dataplane elsewhere, the latest first. */
  all(proxy: ProxyKey): readonly OtherLife[];
  of(relay: string): readonly OtherLife[];
  /** Forgets the lives of relays which are no more. */
  dismiss(isGone: (relay: string) => boolean): void;
}

export function createOtherLives(): OtherLives {
  /** By relay, then by dataplane: a later life at the same relay takes the place of the one before. */
  const relays = new Map<string, Map<string, OtherLife>>();

  function take(event: ReplicaEvent): void {
    if (event.kind === "named") return;
    const key = proxyPath(event);
    if (event.kind === "gone") {
      for (const lives of relays.values()) if (lives.get(key)?.registration === event.registration) lives.delete(key);
      return;
    }
    const { relay, mesh, name, registration, at, owner } = event;
    const lives = relays.get(relay) ?? new Map<string, OtherLife>();
    const before = lives.get(key);
    if (before !== undefined && before.at > at) return;
    relays.set(relay, lives.set(key, { relay, mesh, name, registration, at, owner, event }));
  }

  const all = (proxy: ProxyKey): readonly OtherLife[] =>
    [...relays.values()].flatMap((lives) => lives.get(proxyPath(proxy)) ?? []).sort((a, b) => b.at - a.at);

  return {
    take,
    list(relay, lives, since) {
      const before = relays.get(relay);
      const next = lives.map((life): [string, OtherLife] => {
        const key = proxyPath(life);
        const known = before?.get(key);
        return [key, known?.registration === life.registration ? known : { relay, ...life }];
      });
      relays.set(relay, new Map(next));
      for (const event of since) take(event);
    },
    find: (proxy) => all(proxy)[0],
    all,
    of: (relay) => [...(relays.get(relay)?.values() ?? [])],
    dismiss(isGone) {
      for (const relay of relays.keys()) if (isGone(relay)) relays.delete(relay);
    },
  };
}
