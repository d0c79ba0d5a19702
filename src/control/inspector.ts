// The inspector: answers about proxies and policies from the views of the newest commit, one mesh's index at a time.
import type { ViewResponse } from "#api/zone.ts";
import { type CompileMemo, compile } from "#compile/compile.ts";
import { dataplanesOfPolicy, dataplanesOfService, type Inspection, inspectView } from "#compile/inspect.ts";
import { inspectProxy, type ProxyAsked, type ProxyTold, tellProxy } from "#compile/inspect-proxy.ts";
import { inspectZoneProxy, type ZoneProxyInspection } from "#compile/inspect-zone-proxy.ts";
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { keepNewest } from "#model/keep-newest.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { kindOfType } from "#model/kinds.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { zoneOfProxy } from "#model/zone-place.ts";
import type { Caller } from "./face/caller.ts";
import { nativeFor } from "./native.ts";
import { permitKind } from "./permission.ts";

export interface Inspector {
  proxy<const Asked extends ProxyAsked>(
    caller: Caller,
    mesh: string,
    name: string,
    asked: Asked,
  ): Promise<ProxyTold<Asked>>;
  zoneProxy(caller: Caller, type: ZoneProxyKind, name: string): Promise<ZoneProxyInspection>;
  selected(caller: Caller, key: ResourceKey): Promise<readonly Resource[]>;
}

/** Indexes kept of all tenants together; each is of one mesh as one zone sees it. */
const KEPT = 16;

/** Compiles of whole zones kept, for their own proxies; each is as large as what its writer holds. */
const KEPT_ZONES = 2;

/** Opens it. `standing` gives a tenant's views as they are now; what did not change keeps its identity there. */
export function openInspector(digest: Digest, standing: (tenant: string) => Promise<ViewResponse>): Inspector {
  const views = async (tenant: string): Promise<readonly View[]> => (await standing(tenant)).views;
  const kept = new Map<string, Inspection>();
  const zones = new Map<string, CompileMemo>();

  const inspection = async (tenant: string, view: View, zone: string): Promise<Inspection> => {
    const key = JSON.stringify([tenant, view.mesh.name, zone]);
    const made = inspectView(view, { zone, digest, native: await nativeFor(view) }, kept.get(key));
    return keepNewest(kept, key, made, KEPT);
  };
  const viewOf = async (tenant: string, mesh: string): Promise<View> => {
    const found = (await views(tenant)).find((view) => view.mesh.name === mesh);
    if (found === undefined) throw new Fault("absent", "Not found", { title: "Failed to retrieve Mesh" });
    return found;
  };
  return {
    async proxy({ tenant, scopes }, mesh, name, asked) {
      permitRead(scopes, "Dataplane");
      const view = await viewOf(tenant, mesh);
      const dataplane = resourcesOf(view, "Dataplane").find((one) => one.name === name);
      if (dataplane === undefined) throw new Fault("absent", "Not found", { title: "Could not retrieve Dataplane" });
      return tellProxy(inspectProxy(await inspection(tenant, view, zoneOf(dataplane) ?? ""), dataplane), asked);
    },
    async zoneProxy({ tenant, scopes }, type, name) {
      permitRead(scopes, type);
      const { views: all, zoneProxies = [] } = await standing(tenant);
      const proxy = zoneProxies.find((one) => one.type === type && one.name === name);
      if (proxy === undefined) throw new Fault("absent", "Not found", { title: `Could not retrieve ${type}` });
      const zone = zoneOfProxy(proxy) ?? "";
      const own = zoneProxies.filter((one) => (zoneOfProxy(one) ?? "") === zone);
      const key = JSON.stringify([tenant, zone]);
      const native = await nativeFor(...all);
      const compiled = compile({ zone, views: all, zoneProxies: own, native }, digest, zones.get(key));
      keepNewest(zones, key, compiled.memo, KEPT_ZONES);
      return inspectZoneProxy(compiled, proxy, digest);
    },
    async selected({ tenant, scopes }, { type, mesh, name }) {
      permitRead(scopes, type);
      const view = await viewOf(tenant, mesh);
      // Whom it selects is the same in every zone.
      const asked = await inspection(tenant, view, "");
      const found = type === "MeshService" ? dataplanesOfService(asked, name) : dataplanesOfPolicy(asked, type, name);
      if (found === null) throw new Fault("absent", "Not found", { title: "Could not retrieve policy" });
      return found;
    },
  };
}

function permitRead(scopes: readonly string[], type: string): void {
  const kind = kindOfType(type);
  if (kind === undefined) throw new Fault("absent", `There is no kind ${JSON.stringify(type)}`);
  permitKind(scopes, "read", kind);
}
