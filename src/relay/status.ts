// What a relay says of itself; nothing in it is secret.

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
  readonly poll: { readonly older: number; readonly refused: number; readonly unsaved: number };
  /** More than half of the streams closed at once: endpoints stay. */
  readonly massDisconnect: boolean;
  readonly lastEvent: number;
  /** Of all proxies together. */
  readonly streams: number;
  readonly proxies: readonly {
    readonly mesh: string;
    readonly name: string;
    readonly registration: string;
    readonly owner: "stream" | "user";
    readonly streams: number;
    /** Peers are told of its endpoints. */
    readonly ready: boolean;
    readonly source: "snapshot" | "compiled here";
    /** Milliseconds since the epoch; null without a certificate. */
    readonly certificateUntil: number | null;
  }[];
}
