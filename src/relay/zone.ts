// The face between the two halves of a relay: what streams are served from, and what they tell of themselves.

import type { Newcomer } from "#compile/newcomer.ts";
import type { XdsKind } from "#envoy/type-url.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Networking } from "#model/kind/dataplane-shape.ts";
import type { ProxyKind } from "#model/proxy-kind.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import type { Sealed } from "#model/sealed.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import type { Ended } from "./ending.ts";

/** A proxy of this relay; the mesh of a zone's ingress or egress is empty. */
export interface ProxyKey {
  readonly mesh: string;
  readonly name: string;
}

/** A proxy that says what it is; absent = a Dataplane. */
export interface ProxyName extends ProxyKey {
  readonly type?: ProxyKind | undefined;
}

export function kindOfProxy({ type = "Dataplane" }: Partial<ProxyName>): ProxyKind {
  return type;
}

/**
 * What is served at one moment; replaced as a whole, never changed in place. A proxy that is in none of it any more (it
 * has left, or was deleted) keeps what it has while its stream is open: it drains.
 */
export interface Served {
  /** Order of the signed snapshot; both 0 before the first. */
  readonly epoch: number;
  readonly sequence: number;
  /** The last signed snapshot. Null before the first: nothing can be served yet. */
  readonly snapshot: Snapshot | null;
  /** Compiled here, by `proxyPath`, for dataplanes that the snapshot does not know; the snapshot always wins. */
  readonly newcomers: ReadonlyMap<string, Newcomer>;
  /** Endpoint sets of a mesh that differ from the snapshot's (this relay's own later events), by cluster. */
  changedSets(mesh: string): ReadonlyMap<string, EndpointSet>;
}

/** `<mesh>.<name>`, as an Envoy's node id: for people and logs. Two proxies may share it, so it is no key. */
export function proxyText({ mesh, name }: ProxyKey): string {
  return `${mesh}.${name}`;
}

/** `<mesh>/<name>`: the key of a proxy in memory and on disk; neither part can have a slash. */
export function proxyPath({ mesh, name }: ProxyKey): string {
  return `${mesh}/${name}`;
}

/** A workload's certificate and key, the content of the SDS secret `identity_cert:secret:<mesh>`. */
export interface Identity {
  /** Leaf first, PEM. */
  readonly chainPem: string;
  /** PKCS #8 PEM. */
  readonly keyPem: Sealed;
  /** SHA-256 of the chain: the secret's version. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

/** `networking.transparentProxying`, as far as a node's metadata speaks of it. */
export type Redirection = Pick<
  NonNullable<Networking["transparentProxying"]>,
  "redirectPortInbound" | "redirectPortOutbound" | "ipFamilyMode"
> & {
  /** It listens on loopback addresses instead, and nothing is redirected. */
  readonly bindOutbounds?: true;
};

/** The first request of a stream. */
export interface StreamJoin extends ProxyName {
  /** `dataplane.resource` of the node's metadata; absent when the dataplane is registered already. */
  readonly resource: string | undefined;
  /** How the proxy's machine redirects traffic to it, where it says so. */
  readonly redirection?: Redirection | undefined;
  /** `authorization` of the stream's metadata, raw or as `Bearer …`. */
  readonly token: Sealed | undefined;
  /** What it consists of; absent where it does not say. */
  readonly versions?: ProxyVersions | undefined;
  /** Who calls; absent where that cannot be told: then it is nobody's rival for long. */
  readonly caller?: Caller | undefined;
}

/** The run of a proxy at the other end of a stream. */
export interface Caller {
  /** Its IP address; empty where it is not known. */
  readonly from: string;
  /** Random id of its supervisor's run; empty where it has none. */
  readonly instance: string;
  /** Whether it answers within so many milliseconds. */
  readonly answers: (milliseconds: number) => Promise<boolean>;
}

export type Joined =
  | {
      readonly ok: true;
      readonly registration: string;
      /** The stream has ended. Starts the grace; a second call does nothing. */
      readonly closed: () => void;
      /** Ends when the registration may no longer be served (refused afterwards, token revoked); the reason is for the client. */
      readonly ended: Ended;
    }
  | {
      readonly ok: false;
      /** `unavailable` and `conflict` (its name is held) may pass; the others stand until something is changed. */
      readonly code: "unauthenticated" | "forbidden" | "conflict" | "invalid" | "unavailable";
      readonly reason: string;
    };

/** How far one stream is with what is served now. */
export interface StreamDelivery extends ProxyKey {
  readonly epoch: number;
  readonly sequence: number;
  readonly state: "pending" | "acked" | "nacked";
  /** Envoy's words on a refusal, else empty. */
  readonly reason: string;
  /** What it refuses of what it should have. */
  readonly refused?: readonly Refused[];
}

export interface Refused {
  readonly kind: XdsKind;
  readonly name: string;
}

/** What the serving half may ask and tell. */
export interface Zone {
  served(): Served;
  /** Calls after each change of `served()` or of an identity; returns what ends it. */
  onChange(listener: () => void): () => void;
  /** Authenticates and registers a dataplane. Resolves when its first resources can be served, after a bounded wait. */
  join(request: StreamJoin): Promise<Joined>;
  /**
   * The identity of one life, that of `registration` or else the current one, in its mesh or (a zone's egress) in `mesh`.
   * Undefined while there is none: the secret is then left out, and Envoy waits for it.
   */
  identity(proxy: ProxyKey, registration?: string, mesh?: string): Identity | undefined;
  /** The certificate that an egress shows to a service outside, by its secret's name; undefined while it is not here. */
  clientCertificate(name: string): Identity | undefined;
  /** Called on every change of a stream's state; cheap. A NACK is reported at once, counts a little later. */
  delivered(stream: object, delivery: StreamDelivery | null): void;
}
