// Proxies of all kinds as they stand: where each lives, and whether it is online, as far as is known. Pure.
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { TenantState } from "#control/state.ts";
import { type Dataplane, servicesOf, statusOf } from "#model/dataplane-status.ts";
import { isProxyKind, type ProxyKind } from "#model/proxy-kind.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { Registration } from "#store/face/registration.ts";

/** `unknown`: its zone is out of contact, so what was told last may be true no more. */
export type ProxyState = "online" | "degraded" | "offline" | "unknown";

/** `unknown`: none of its relays is heard of. `empty`: no relay has been admitted yet. */
export type ZoneState = "online" | "unknown" | "empty";

export interface StandingProxy {
  readonly type: ProxyKind;
  readonly resource: Resource;
  /** Where it lives, or is said to. */
  readonly zone: string;
  readonly state: ProxyState;
  readonly services: readonly string[];
  readonly life: Registration | undefined;
}

const STATES = { online: "online", offline: "offline", partiallyDegraded: "degraded" } as const;

/** Each proxy once, in no particular order. */
export function* standingProxies(
  state: TenantState,
  presences: readonly RelayPresence[],
): Generator<StandingProxy, void, undefined> {
  const dark = new Set(presences.map(({ zone }) => zone).filter((zone) => zoneState(zone, presences) === "unknown"));
  const items = [state.global, ...[...state.meshes.values()].map((mesh) => mesh.items)];
  for (const item of items.flatMap((map) => [...map.values()])) {
    const { resource } = item;
    const { type, mesh, name, labels } = resource;
    if (!isProxyKind(type)) continue;
    const life = (mesh === "" ? state.registrations : state.meshes.get(mesh)?.registrations)?.get(name);
    const zone = life?.zone ?? labels[LABEL.zone] ?? "";
    const isDataplane = type === "Dataplane";
    const told = isDataplane ? STATES[statusOf(resource as Dataplane, life)] : gateState(life);
    const services = isDataplane ? servicesOf(resource as Dataplane) : [];
    yield { type, resource, zone, state: dark.has(zone) ? "unknown" : told, services, life };
  }
}

/** How a zone stands by its relays. */
export function zoneState(zone: string, presences: readonly RelayPresence[]): ZoneState {
  const own = presences.filter((one) => one.zone === zone);
  if (own.length === 0) return "empty";
  return own.some(({ online }) => online) ? "online" : "unknown";
}

function gateState(life: Registration | undefined): ProxyState {
  if (life?.online !== true) return "offline";
  return life.ready ? "online" : "degraded";
}
