// Zones as pages show them: state, relays, proxies, out of the control plane's overview.
import type { Tone } from "#console/part/status.tsx";
import { useAnswer } from "./api.ts";

interface Subscription {
  readonly connectTime?: string;
  readonly disconnectTime?: string;
  readonly version?: { readonly kumaCp?: { readonly version?: string } };
}

interface Counts {
  readonly online: number;
  readonly total: number;
}

/** What of a zone's overview pages read. */
export interface ZoneOverview {
  readonly name: string;
  readonly creationTime: string;
  readonly zone: { readonly enabled?: boolean };
  readonly zoneInsight?: { readonly subscriptions?: readonly Subscription[] };
  readonly dataplanes: Counts;
}

export const ZONE_STATES = ["online", "unknown", "waiting", "disabled"] as const;
/** `waiting`: no relay has ever come; `unknown`: none is in touch, so nobody knows how its proxies are. */
export type ZoneState = (typeof ZONE_STATES)[number];

export const ZONE_TONES: Readonly<Record<ZoneState, Tone>> = {
  online: "good",
  unknown: "bad",
  waiting: "none",
  disabled: "doubt",
};

export function zoneState({ zone, zoneInsight }: ZoneOverview): ZoneState {
  const relays = zoneInsight?.subscriptions ?? [];
  if (zone.enabled === false) return "disabled";
  if (relays.length === 0) return "waiting";
  return relays.some(({ disconnectTime }) => disconnectTime === undefined) ? "online" : "unknown";
}

/** Relays that are in touch. */
export function relaysInTouch({ zoneInsight }: ZoneOverview): number {
  return (zoneInsight?.subscriptions ?? []).filter(({ disconnectTime }) => disconnectTime === undefined).length;
}

/** The zones of an organisation, looked at again every so many milliseconds. */
export function useZones(organisation: string, every = 10_000) {
  const answer = useAnswer("zoneOverviews", { params: { organisation }, query: { size: "1000" } }, every);
  return { answer, zones: (answer.data?.items ?? []) as unknown as readonly ZoneOverview[] };
}
