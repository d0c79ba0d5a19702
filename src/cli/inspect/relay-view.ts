// What a relay knows of one proxy, or that it does not answer.
import { type RelayProxy, readRelayStatus } from "./relay-status.ts";

export interface RelayPlace {
  readonly url: string;
  /** File with the CA of its certificate. */
  readonly ca: string;
}

export type RelayView =
  | {
      readonly answers: true;
      readonly url: string;
      readonly zone: string;
      readonly controlPlane: string;
      readonly revision: number | null;
      /** Null where it does not know the proxy. */
      readonly proxy: RelayProxy | null;
    }
  | { readonly answers: false; readonly url: string };

/** Asks it; null where no relay is known. */
export async function askRelay(place: RelayPlace | undefined, mesh: string, name: string): Promise<RelayView | null> {
  if (place === undefined) return null;
  const status = await readRelayStatus(place);
  if (status === undefined) return { answers: false, url: place.url };
  const { zone, controlPlane, snapshot, proxies } = status;
  const proxy = proxies.find((row) => row.mesh === mesh && row.name === name) ?? null;
  return { answers: true, url: place.url, zone, controlPlane, revision: snapshot?.revision ?? null, proxy };
}

/** One line, or none where no relay is known. */
export function relayText(relay: RelayView | null): string {
  if (relay === null) return "";
  if (!relay.answers) return `the relay at ${relay.url} does not answer\n`;
  const { zone, controlPlane, revision, proxy } = relay;
  const known =
    proxy === null
      ? "does not know it"
      : `has ${proxy.streams} stream${proxy.streams === 1 ? "" : "s"} of it, config from ${proxy.source === "snapshot" ? "the signed snapshot" : "its own compilation"}`;
  const line = `relay of zone ${zone} ${known}; revision ${revision ?? "none"}, control plane ${controlPlane}\n`;
  return proxy === null ? line : `${line}${certificateText(proxy)}`;
}

function certificateText({ certificate: { until, by, problem } }: RelayProxy): string {
  const held = until === null ? "" : `certificate from the ${by}, until ${new Date(until).toISOString()}\n`;
  return problem === null ? held : `${held}${problem}\n`;
}
