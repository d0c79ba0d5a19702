// The face of control: what reads and never commits: of rows, of views, and of kinds' shapes.
import type { SchemaBody } from "#api/schema.ts";
import type { SecretsRequest, SecretsResponse } from "#api/zone.ts";
import type { ProxyAsked, ProxyTold } from "#compile/inspect-proxy.ts";
import type { ZoneProxyInspection } from "#compile/inspect-zone-proxy.ts";
import type { ConfPart } from "#model/conf-field.ts";
import type { TypeName } from "#model/kinds.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { StoredResource } from "#store/face/resource.ts";
import type { AccessReader } from "./access.ts";
import type { Caller, RelayCaller } from "./caller.ts";

export type { Place, ProxyAsked, ProxyConfig, ProxyTold, RulesOfType, Setting } from "#compile/inspect-proxy.ts";
export type { ZoneProxyInspection } from "#compile/inspect-zone-proxy.ts";

/** What is told from a tenant's rows. */
export interface RowReader {
  get(caller: Caller, key: ResourceKey): Promise<StoredResource>;
  list(
    caller: Caller,
    query: {
      type: string;
      mesh?: string;
      nameContains?: string;
      labels?: Readonly<Record<string, string>>;
      offset: number;
      size: number;
    },
  ): Promise<{ readonly total: number; readonly items: readonly StoredResource[] }>;
  tokens(caller: Caller): Promise<readonly CredentialRow[]>;
}

/** What is told of the shapes of kinds, of no tenant. They and their rules are as large as they are rarely asked for. */
export interface ShapeReader {
  /** The text of the OpenAPI document; `server` is the address that its paths stand below. */
  openapi(server: string): Promise<string>;
  /** For editors: a kind's JSON Schema, and a resource to begin from. */
  schema(type: TypeName): Promise<SchemaBody>;
  /** The fields that each of these parts of a policy may set (model/conf-field.ts), in their order. */
  confFields(parts: readonly PolicyPart[]): Promise<readonly (readonly string[])[]>;
}

export interface PolicyPart {
  readonly policy: TypeName;
  readonly part: ConfPart;
}

/** What is told from a tenant's views, all of its resources at once: with matching, compilation, certificates and shapes. */
export interface ViewReader extends ShapeReader {
  /** A dataplane as its zone sees it now, whether its relay has taken that or not. Fault `absent`. */
  inspect<const Asked extends ProxyAsked>(
    caller: Caller,
    mesh: string,
    dataplane: string,
    asked: Asked,
  ): Promise<ProxyTold<Asked>>;
  /** An ingress or egress as its zone would serve it now. Fault `absent`. */
  inspectZoneProxy(caller: Caller, type: ZoneProxyKind, name: string): Promise<ZoneProxyInspection>;
  /** Dataplanes of all zones that a policy or a MeshService selects, sorted by name. Fault `absent`. */
  selected(caller: Caller, key: ResourceKey): Promise<readonly Resource[]>;
  /** Who may call whom. */
  readonly access: AccessReader;
  /** ZoneIngresses with the services that other zones reach behind them, in their order. */
  offered(tenant: string, ingresses: readonly Resource[]): Promise<readonly Resource[]>;
  view(relay: RelayCaller): Promise<ViewText>;
  /** Contents of secrets that proxies of the relay's zone use, sealed to its key (JWK text); of others a refusal. */
  secrets(relay: RelayCaller, encryptionKey: string, request: SecretsRequest): Promise<SecretsResponse>;
}

/** A relay's view as it is sent: `text` is the JSON of a ViewResponse, which is large, and no one on its way looks into it. */
export interface ViewText {
  readonly epoch: number;
  readonly sequence: number;
  readonly text: string;
}

/** What never commits. */
export type Reader = RowReader & ViewReader;
