// Proxies that refuse what they were sent, as the relays that are online told last.
import type { DeliveryBody, RelayBody } from "#api/weft.ts";
import { lineOf } from "#cli/terminal.ts";

export interface Refusing {
  readonly relay: string;
  readonly count: number;
  /** `mesh.name: what the Envoy says`, each in one line; the relay names the first few. */
  readonly texts: readonly string[];
}

/** `deliveries` newest first. */
export function refusingAt(relays: readonly RelayBody[], deliveries: readonly DeliveryBody[]): readonly Refusing[] {
  return relays
    .filter(({ online, revoked }) => online && !revoked)
    .flatMap(({ id }) => {
      const newest = deliveries.find(({ relay }) => relay === id);
      if (newest === undefined || newest.nacked === 0) return [];
      const refused = newest.laggards.filter(({ connected }) => connected !== false).slice(0, newest.nacked);
      return [
        { relay: id, count: newest.nacked, texts: refused.map(({ proxy, reason }) => `${proxy}: ${lineOf(reason)}`) },
      ];
    });
}
