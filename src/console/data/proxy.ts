// Proxies as pages show them: how each stands.
import type { ProxyPageBody } from "#api/proxy-list.ts";
import type { Tone } from "#console/part/status.tsx";

export type ProxyRow = ProxyPageBody["items"][number];
export type ProxyState = ProxyRow["state"];

/** `unknown`: its zone is out of contact. */
export const STATES: readonly ProxyState[] = ["online", "degraded", "offline", "unknown"];

export const STATE_TONES: Readonly<Record<ProxyState, Tone>> = {
  online: "good",
  degraded: "doubt",
  offline: "bad",
  unknown: "none",
};

/** What of a dataplane's overview pages read. */
export interface DataplaneOverview {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly modificationTime: string;
  readonly dataplane: {
    readonly networking?: {
      readonly address?: string;
      readonly gateway?: { readonly type?: string; readonly tags?: Readonly<Record<string, string>> };
      readonly inbound?: readonly {
        readonly port: number;
        readonly servicePort?: number;
        readonly address?: string;
        readonly name?: string;
        readonly state?: string;
        readonly health?: { readonly ready?: boolean };
        readonly tags?: Readonly<Record<string, string>>;
      }[];
      readonly transparentProxying?: object;
    };
  };
  readonly dataplaneInsight?: {
    readonly subscriptions?: readonly {
      readonly version?: {
        readonly envoy: { readonly version: string; readonly build?: string };
        readonly dependencies?: Readonly<Record<string, string>>;
      };
    }[];
    readonly mTLS?: {
      readonly certificateExpirationTime: string;
      readonly certificateRegenerations: number;
      readonly issuedBackend: string;
    };
  };
}

export const ROLES = ["sidecar", "gateway", "builtin"] as const;
export type Role = (typeof ROLES)[number];

/** What a proxy runs as. */
export function roleOf({ dataplane }: Pick<DataplaneOverview, "dataplane">): Role {
  const gateway = dataplane.networking?.gateway;
  if (gateway === undefined) return "sidecar";
  return gateway.type === "BUILTIN" ? "builtin" : "gateway";
}
