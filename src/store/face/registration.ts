// Lives of dataplanes at relays.
import type { ProxyVersions } from "#model/proxy-version.ts";

/** One life of a dataplane at a relay. */
export interface Registration {
  readonly mesh: string;
  readonly name: string;
  /** Random id of this life. */
  readonly id: string;
  readonly zone: string;
  readonly relay: string;
  /** `stream` ends with the stream and takes the resource along; `user` stays and shows offline. */
  readonly owner: "stream" | "user";
  readonly online: boolean;
  readonly since: string;
  /** Id (jti) of the dataplane token that it joined with; null = it joined without one. */
  readonly tokenId: string | null;
  /** Others may be told of it. Of a dataplane its inbounds say so, and this is true. */
  readonly ready: boolean;
  /** What it consists of, as it said when it connected; absent = nothing is known of it. */
  readonly versions?: ProxyVersions | undefined;
}

export type RegistrationWrite =
  | { readonly set: Registration }
  /** Ignored unless `id` is the current registration. */
  | { readonly gone: { readonly mesh: string; readonly name: string; readonly id: string } };

/** All queries on one tenant's lives. */
export interface TenantRegistrations {
  registrations(query: { readonly mesh?: string; readonly zone?: string }): Promise<readonly Registration[]>;
}
