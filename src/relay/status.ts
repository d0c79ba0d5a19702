// What a relay says of itself: all of it to its own machine, a mesh's part to that mesh's proxies, counts to anybody.
import type { ProxyKind } from "#model/proxy-kind.ts";
import type { Standing } from "./identity/standing.ts";

import type { Ladder } from "./zone/ladder.ts";
import type { ListeningCounts } from "./zone/listening.ts";
import type { PollCounts } from "./zone/poll.ts";

export interface ZoneStatus {
  readonly zone: string;
  readonly relay: string;
  readonly controlPlane: "reached" | "out of reach" | "not asked yet";
  readonly snapshot: {
    readonly epoch: number;
    readonly sequence: number;
    readonly revision: number;
    readonly version: string;
    readonly meshes: readonly string[];
  } | null;
  /** What newcomers would be compiled from while cut off. */
  readonly view: { readonly sequence: number | null };
  readonly poll: PollCounts;
  /** By which way it hears what is new. */
  readonly news: Pick<Ladder, "way" | "bell"> &
    ListeningCounts & {
      /** Why the bell is not heard; empty while it is. */
      readonly reason: string;
    };
  /** When the control plane was last heard of, and since when it is not; of endpoints of other zones that is the age. */
  readonly contact: {
    /** ISO 8601; null where it never was. */
    readonly at: string | null;
    /** 0 while it is reached. */
    readonly secondsCutOff: number;
  };
  /** The zone's other relays, as they are seen from here. */
  readonly replicas: readonly {
    readonly relay: string;
    readonly address: string;
    readonly inTouch: boolean;
    readonly lastHeard: string;
  }[];
  /** Dataplanes that a stream owns at all relays of the zone, and those without a stream at the moment. */
  readonly zoneStreams: { readonly owned: number; readonly closed: number };
  /** More than half of the zone's streams closed at once, or of a lost relay's: endpoints stay. */
  readonly massDisconnect: boolean;
  /** Ingresses here that no other zone uses, as they do not say where they are reached. */
  readonly unreachedIngresses: number;
  /** Files of the state folder that were damaged when they were read, in this run. */
  readonly damagedFiles: number;
  readonly lastEvent: number;
  /** Events that the control plane has not taken yet. */
  readonly eventsPending: number;
  /** Of all proxies together. */
  readonly streams: number;
  readonly proxies: readonly {
    readonly type: ProxyKind;
    /** Empty for a zone's ingress or egress. */
    readonly mesh: string;
    readonly name: string;
    readonly registration: string;
    readonly owner: "stream" | "user";
    readonly streams: number;
    /** Peers are told of its endpoints. */
    readonly ready: boolean;
    readonly source: "snapshot" | "compiled here";
    readonly certificate: Standing;
  }[];
}

/** What anybody may know: how it is, and how much of everything; no names. */
export interface StatusCounts
  extends Pick<
    ZoneStatus,
    | "controlPlane"
    | "contact"
    | "view"
    | "poll"
    | "news"
    | "massDisconnect"
    | "damagedFiles"
    | "lastEvent"
    | "eventsPending"
    | "streams"
  > {
  readonly snapshot: Omit<NonNullable<ZoneStatus["snapshot"]>, "meshes"> | null;
  readonly counts: { readonly meshes: number; readonly proxies: number; readonly replicas: number };
}

export function countsOf(status: ZoneStatus): StatusCounts {
  const { controlPlane, contact, view, poll, news, massDisconnect, damagedFiles, lastEvent, eventsPending, streams } =
    status;
  const { meshes = [], ...snapshot } = status.snapshot ?? {};
  return {
    controlPlane,
    contact,
    snapshot: status.snapshot === null ? null : (snapshot as StatusCounts["snapshot"]),
    view,
    poll,
    news,
    massDisconnect,
    damagedFiles,
    lastEvent,
    eventsPending,
    streams,
    counts: { meshes: meshes.length, proxies: status.proxies.length, replicas: status.replicas.length },
  };
}

/** What the proxies of one mesh may know. */
export function statusOfMesh(status: ZoneStatus, mesh: string): ZoneStatus {
  const { snapshot, proxies } = status;
  return {
    ...status,
    snapshot: snapshot && { ...snapshot, meshes: snapshot.meshes.filter((name) => name === mesh) },
    proxies: proxies.filter((one) => one.mesh === mesh),
  };
}
