// What a relay's call would change: resources, registrations and certificates, gathered before one commit.
import type { RefusedJoin } from "#api/zone.ts";
import { changesNothing, type Draft } from "#control/draft/draft.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import { zoneProxyNamed } from "#control/rule/zone-proxy-rules.ts";
import { relayKey, type TenantState } from "#control/state.ts";
import type { ResourceKey } from "#model/resource.ts";
import type { CertificateRow, IssuerRow } from "#store/face/certificate.ts";
import type { Commit } from "#store/face/commit.ts";
import type { Registration, RegistrationWrite } from "#store/face/registration.ts";

export interface ZoneDraft extends Draft {
  readonly relay: RelayCaller;
  /** Registrations as they would stand, by `<mesh>/<name>`; null = ended. */
  readonly lives: Map<string, Registration | null>;
  readonly registrations: RegistrationWrite[];
  readonly certificates: CertificateRow[];
  /** New or renewed, the newest first. */
  readonly issuers: IssuerRow[];
  /** Virtual addresses that the zone gave while it was cut off. */
  readonly claims: NonNullable<Commit["claims"]>[number][];
  /** Joins that relays let in while cut off, and that are not taken. */
  readonly refused: (RefusedJoin & { readonly mesh: string; readonly name: string })[];
}

export function draftZone(state: TenantState, relay: RelayCaller): ZoneDraft {
  return {
    state,
    relay,
    planned: new Map(),
    lives: new Map(),
    registrations: [],
    certificates: [],
    issuers: [],
    claims: [],
    refused: [],
  };
}

/** The registration that would be current, or null. */
export function lifeOf(draft: ZoneDraft, mesh: string, name: string): Registration | null {
  const planned = draft.lives.get(`${mesh}/${name}`);
  if (planned !== undefined) return planned;
  const { meshes, registrations } = draft.state;
  return (mesh === "" ? registrations : meshes.get(mesh)?.registrations)?.get(name) ?? null;
}

/** Begins a life, or changes the current one. */
export function setLife(draft: ZoneDraft, life: Registration): void {
  draft.lives.set(`${life.mesh}/${life.name}`, life);
  draft.registrations.push({ set: life });
}

/** Ends the current life; the caller has seen that the id is the current one's. */
export function endLife(draft: ZoneDraft, life: Registration): void {
  const key = `${life.mesh}/${life.name}`;
  draft.lives.set(key, life.owner === "user" ? { ...life, online: false } : null);
  draft.registrations.push({ gone: { mesh: life.mesh, name: life.name, id: life.id } });
}

/** What of the draft has to be committed as a step. */
export function stepOf(draft: ZoneDraft): Pick<Commit, "writes" | "registrations"> {
  const kept = [...draft.planned.values()].filter((planned) => !changesNothing(planned));
  return {
    writes: kept.map(({ key, expect, after }) => ({ key, expect, after })),
    registrations: draft.registrations,
  };
}

/** Whether the step would change anything that snapshots are made of. */
export function isEmpty({ writes, registrations = [] }: Pick<Commit, "writes" | "registrations">): boolean {
  return writes.length === 0 && registrations.length === 0;
}

/** `relay:<zone>/<relay>`, as revisions name a relay. */
export function actorOf(relay: RelayCaller): string {
  return `relay:${relayKey(relay)}`;
}

/** The last event number that was taken from the relay. */
export function lastEventOf({ state, relay }: ZoneDraft): number {
  return state.relays.get(relayKey(relay))?.lastEvent ?? 0;
}

/** The key of the proxy with this name in a mesh, or (mesh empty) of the zone's ingress or egress; null for none of these. */
export function proxyKeyOf(draft: ZoneDraft, mesh: string, name: string): ResourceKey | null {
  if (mesh !== "") return { type: "Dataplane", mesh, name };
  const type = zoneProxyNamed(draft, name)?.type;
  return type === undefined ? null : { type, mesh, name };
}

/** How certificates are told to be a zone proxy's and no dataplane's: by its Envoy's node id. */
export function nodeName(name: string): string {
  return `.${name}`;
}
