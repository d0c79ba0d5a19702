// The zone protocol's bodies: what a relay and the control plane say to each other below /v1/zone/.
import type { Hash } from "#model/json.ts";
import type { ProxyVersions } from "#model/proxy-version.ts";
import type { RevisionCounts } from "#model/revision-counts.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";

/** Header with the proof of a call: a compact JWS by the relay's key. */
export const PROOF_HEADER = "weft-proof";
/** Header with the server's nonce; in every answer, and to be used in the next proof (as RFC 9449 §8). */
export const NONCE_HEADER = "weft-nonce";

/** JWK of a public key, as text-only members. */
export type PublicJwk = Readonly<Record<string, string>>;

export interface EnrolRequest {
  /** `weft_enrolment_<tenant>_<id>_<secret>`, used once. */
  readonly token: string;
  /** P-256, for ES256 proofs. */
  readonly signingKey: PublicJwk;
  /** P-256, for ECDH-ES. */
  readonly encryptionKey: PublicJwk;
  /** What whoever started the relay takes it to be for: a token of anything else is refused, and stays unused. */
  readonly meant?: Meant;
}

/** What is absent may be any. */
export interface Meant {
  /** The organisation's name. */
  readonly organisation?: string;
  readonly zone?: string;
}

export interface EnrolResponse {
  /** The control plane's id, named in every proof and envelope. */
  readonly controlPlane: string;
  readonly tenant: string;
  readonly organisation: string;
  readonly zone: string;
  readonly relay: string;
  /** Keys that sign envelopes. */
  readonly jwks: { readonly keys: readonly PublicJwk[] };
  /** WebSocket URL of the bell; null = `/v1/zone/bell` at the address by which the relay reaches the control plane. */
  readonly bell: string | null;
}

/** What is signed of a snapshot: the payload of the envelope's JWS. */
export interface Envelope {
  readonly format: 1;
  readonly controlPlane: string;
  readonly tenant: string;
  readonly zone: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly revision: number;
  readonly version: Hash;
  /** Version of the snapshot before, empty for the first. */
  readonly previous: Hash | "";
  readonly compiler: number;
  readonly relays: readonly EnvelopeRelay[];
  readonly meshes: readonly EnvelopeMesh[];
  /** Public RSA keys of zone tokens, and jti of those that are revoked; absent before the organisation's first key. */
  readonly zoneTokens?: { readonly keys: readonly PublicJwk[]; readonly revoked: readonly string[] };
}

/** Where a relay is reached. */
export interface Reach {
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
  /** PEM of the CA of its TLS certificate. */
  readonly ca: string;
}

/** A relay of the zone; it has no reach until it has said where it is. */
export interface EnvelopeRelay extends Partial<Reach> {
  readonly id: string;
  readonly signingKey: PublicJwk;
  readonly lastEvent: number;
  /** `livesDigest` of the registrations that live at this relay, as the control plane knows it. */
  readonly lives?: string;
}

export interface EnvelopeMesh {
  readonly name: string;
  /** Public RSA keys of dataplane tokens; chosen by (mesh, kid). */
  readonly tokenKeys: readonly PublicJwk[];
  /** jti of revoked dataplane tokens. */
  readonly revokedTokens: readonly string[];
  /** PEM of what the mesh's proxies trust; empty while mTLS is off. */
  readonly bundle: readonly string[];
  /** Whether leaves are issued, for how long at the most, and whether the zone may issue them itself (absent: it may). */
  readonly mtls: { readonly enabled: boolean; readonly leafSeconds: number; readonly zoneIssuer?: ZoneIssuing };
  /** How long requests are counted before and after a revision; absent = nobody asks. */
  readonly loads?: { readonly windowSeconds: number };
}

/** `off` by the mesh's label, `unable` where its CA allows no intermediate. */
export type ZoneIssuing = "on" | "off" | "unable";

/** Query `?base=` is not used: the base is `If-None-Match`. 304 with an empty body when the version is the same. */
export interface SnapshotResponse {
  readonly envelope: string;
  /** Null: the whole manifest follows; else the version that `sections` is relative to. */
  readonly base: Hash | null;
  /** Changed or new sections; null = gone. */
  readonly sections: Readonly<Record<string, Hash | null>>;
  /** Bodies of the blobs that the base lacks. */
  readonly blobs: Readonly<Record<Hash, string>>;
  /** When it was answered, by the control plane's clock; milliseconds since 1970. The relay says it back in its report. */
  readonly answeredAt?: number;
  /** From the poll's arrival to then, milliseconds: what else it took was the way, or a relay that did not look. */
  readonly heldMs?: number;
}

/** Names of client certificates, as the snapshot or the view names them. */
export interface SecretsRequest {
  readonly names: readonly string[];
}

/** In the order asked; `sealed` is a JWE to the relay's key, of JSON `SecretContent`. */
export interface SecretsResponse {
  readonly secrets: readonly (
    | { readonly name: string; readonly sealed: string }
    | { readonly name: string; readonly refused: string }
  )[];
}

/** A certificate chain and its key, PEM. */
export interface SecretContent {
  readonly chain: string;
  readonly key: string;
}

export interface ViewResponse {
  readonly epoch: number;
  readonly sequence: number;
  readonly views: readonly View[];
  /** Ingresses and egresses of every zone, sorted by name. */
  readonly zoneProxies?: readonly ZoneProxy[];
}

/** One newcomer, or a renewal. */
export interface Join {
  /** Absent = a Dataplane; the others are of no mesh. */
  readonly type?: "Dataplane" | "ZoneIngress" | "ZoneEgress";
  /** This relay's number of the event; rises by one. Absent for renewals. */
  readonly event?: number;
  readonly mesh: string;
  readonly name: string;
  /** Random id of this life of the dataplane. */
  readonly registration: string;
  readonly owner: "stream" | "user";
  /** Milliseconds since this life began, at the relay: one that a later life at another relay has outlived is refused. */
  readonly age?: number;
  /** The Dataplane in its wire form; absent for a renewal. */
  readonly dataplane?: unknown;
  /** The dataplane token (RS256 JWT); the control plane verifies it itself. Absent for user-owned joins made with an API token. */
  readonly token?: string;
  /** PKCS #10 DER, base64; absent where the mesh has no mTLS. */
  readonly csr?: string;
  /** Of a zone's egress: such a request for each mesh in which it needs an identity. */
  readonly csrs?: Readonly<Record<string, string>>;
  /** Of a zone's ingress or egress: whether its Envoy listens, so that others may be told of it; absent = it does. */
  readonly ready?: boolean;
  /** What it consists of; absent = it has not said so, or has no stream yet. */
  readonly versions?: ProxyVersions;
}

/** A leaf in one mesh, or why there is none; an empty chain where the mesh has no mTLS. */
export type MeshLeaf =
  | { readonly chain: readonly string[]; readonly expiresAt: string | null }
  | { readonly refused: string };

export interface CertificatesRequest {
  readonly joins: readonly Join[];
  /** This relay's other events among those of the joins: all are taken in the order of their numbers. Absent = none. */
  readonly events?: readonly RelayEvent[];
}

export interface CertificatesResponse {
  /** In the order asked. */
  readonly answers: readonly (
    | {
        readonly registration: string;
        readonly chain: readonly string[];
        readonly expiresAt: string | null;
        /** Of a zone's egress: by mesh. */
        readonly chains?: Readonly<Record<string, MeshLeaf>> | undefined;
      }
    | { readonly registration: string; readonly refused: string }
  )[];
  /** Answers `events`: the last event number taken. They count as far as no number before them is missing. */
  readonly lastEvent?: number | undefined;
  /** Joins among the events that the control plane does not take: each such life is to end. Absent = none. */
  readonly refused?: readonly RefusedJoin[] | undefined;
}

export interface IssuerRequest {
  readonly mesh: string;
  /** PKCS #10 DER, base64. */
  readonly csr: string;
}

export interface IssuerResponse {
  /** Intermediate first, then the root. */
  readonly chain: readonly string[];
  readonly expiresAt: string;
}

export type RelayEvent =
  | {
      readonly kind: "gone";
      readonly number: number;
      readonly mesh: string;
      readonly name: string;
      readonly registration: string;
    }
  | { readonly kind: "joined"; readonly number: number; readonly join: Join }
  | {
      readonly kind: "refused";
      readonly number: number;
      readonly mesh: string;
      readonly name: string;
      readonly reason: string;
    }
  | {
      readonly kind: "health";
      readonly number: number;
      readonly mesh: string;
      readonly name: string;
      readonly registration: string;
      /** Of each inbound in its order, then of each listener; of a zone's proxy one. */
      readonly ready: readonly boolean[];
    }
  | {
      /** Another Envoy, or another program, goes on with the same life. */
      readonly kind: "version";
      readonly number: number;
      readonly mesh: string;
      readonly name: string;
      readonly registration: string;
      readonly versions: ProxyVersions;
    }
  | {
      readonly kind: "issued";
      readonly number: number;
      readonly mesh: string;
      readonly name: string;
      readonly serial: string;
      readonly notAfter: string;
      readonly issuer: string;
      readonly tokenId: string;
    }
  | {
      /** A virtual address that the zone gave while it was cut off. */
      readonly kind: "named";
      readonly number: number;
      readonly mesh: string;
      /** `service/billing`. */
      readonly virtual: string;
      readonly address: string;
      /** How long ago, in milliseconds; absent = now. */
      readonly age?: number;
    };

/** A relay says at least so often that it is there, whatever else it has to say; milliseconds. */
export const HEARTBEAT = 5 * 60_000;

/** How a relay hears what is new: rung for, by an answer that is held until then, or by asking now and then. */
export type Way = "bell" | "held" | "plain";

export interface ReportRequest {
  /** `here`: nothing but a sign of life, now and then; `leaving`: the relay stops, and its proxies lose it. */
  readonly presence?: "here" | "leaving";
  /** With a sign of life. */
  readonly way?: Way;
  /** Where the calling relay is reached, where the envelope does not say so yet. */
  readonly reach?: Reach;
  readonly events: readonly RelayEvent[];
  /** Every registration that lives at the relay: asks what the control plane knows otherwise. */
  readonly lives?: readonly string[];
  readonly delivery?: {
    readonly epoch: number;
    readonly sequence: number;
    readonly acked: number;
    readonly nacked: number;
    readonly pending: number;
    readonly laggards: readonly ReportedLaggard[];
  };
  /** How far revisions have come whose state has changed since it was told last. */
  readonly revisions?: readonly ReportedRevision[];
  /** What clients' requests did before each revision whose window lasts and since, in meshes whose proxies are asked for it. */
  readonly loads?: readonly ReportedLoads[];
  /** Requests that were seen for the first time, in meshes that are small and new. */
  readonly calls?: readonly ReportedCall[];
}

/**
 * That a proxy's Envoy has told of requests (LRS). `sent`: to a destination, which answered, were it with a refusal (below 500);
 * `failed`: no answer came, or only errors. `received`: what came in was let through to the proxy's own program, which
 * answered; `broken`: the program had errors alone, or no answer.
 */
export interface ReportedCall {
  readonly mesh: string;
  readonly proxy: string;
  readonly way: "sent" | "failed" | "received" | "broken";
  /** The name of the cluster in the proxy's Envoy; empty where requests came in. */
  readonly to: string;
}

/** Sums since the receipt of a revision, told anew in each period of its window. */
export interface ReportedLoads {
  readonly epoch: number;
  readonly revision: number;
  readonly meshes: readonly {
    readonly mesh: string;
    /** The destinations with the most errors since. */
    readonly destinations: readonly ReportedLoad[];
  }[];
}

/** Requests of this zone's clients to one destination: the name of the cluster in their Envoys. */
export interface ReportedLoad {
  readonly name: string;
  /** Over one window before the receipt. */
  readonly before: { readonly total: number; readonly errors: number };
  readonly since: { readonly total: number; readonly errors: number };
}

/** A proxy that has not taken what is served. */
export interface ReportedLaggard {
  readonly proxy: string;
  readonly reason: string;
  /** It is registered, and has no stream. */
  readonly connected?: false;
  /** What its Envoy refuses, where it refuses something. */
  readonly refused?: readonly { readonly kind: string; readonly name: string }[];
}

/** How far one revision has come at a relay. Who has taken a later snapshot has taken this one. */
export interface ReportedRevision extends RevisionCounts {
  readonly epoch: number;
  readonly revision: number;
  /** Sequence of the first snapshot with it that the relay had. */
  readonly sequence: number;
  /** `answeredAt` of that snapshot; absent where it was loaded from disk. */
  readonly answeredAt?: number;
  readonly laggards: readonly RevisionLaggard[];
}

/** A proxy that has not taken a revision. */
export interface RevisionLaggard extends ReportedLaggard {
  /** Nothing was sent to it yet, it has not answered, it refuses, its Envoy is not connected. */
  readonly state: "fetched" | "pushed" | "nacked" | "absent";
  /** The revision that was served when it began to refuse. */
  readonly since?: number;
}

export interface ReportResponse {
  /** Last event number taken. */
  readonly lastEvent: number;
  readonly epoch: number;
  readonly sequence: number;
  /** Joins among the events that the control plane does not take: each such life is to end. Absent = none. */
  readonly refused?: readonly RefusedJoin[] | undefined;
  /** The answer to `lives`. */
  readonly lives?: LivesAnswer | undefined;
}

/** In what the control plane and a relay differ about who lives there. */
export interface LivesAnswer {
  /** Registrations of the relay that the control plane does not know as living there. */
  readonly missing: readonly string[];
  /** Those of them that it knows to have ended: their user has said so at another relay. */
  readonly ended: readonly string[];
  /** What the control plane takes for living there by a stream, and the relay does not have: it tells of their end. */
  readonly extra: readonly { readonly mesh: string; readonly name: string; readonly registration: string }[];
}

export interface RefusedJoin {
  readonly registration: string;
  readonly reason: string;
}
