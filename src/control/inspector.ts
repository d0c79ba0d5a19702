// The inspector: answers about proxies and policies from the views of the newest commit, one mesh's index at a time.
import { dataplanesOfPolicy, dataplanesOfService, type Inspection, inspectView } from "#compile/inspect.ts";
import { inspectProxy, type ProxyInspection } from "#compile/inspect-proxy.ts";
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { kindOfType } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Caller } from "./control.ts";
import { nativeFor } from "./native.ts";
import { permitKind } from "./permission.ts";

export interface Inspector {
  proxy(caller: Caller, mesh: string, name: string): Promise<ProxyInspection>;
  selected(caller: Caller, key: ResourceKey): Promise<readonly Resource[]>;
}

/** Indexes kept of all tenants together; each is of one mesh as one zone sees it. */
const KEPT = 16;

/** Opens it. `views` gives a tenant's views as they are now; what did not change keeps its identity there. */
export function openInspector(digest: Digest, views: (tenant: string) => Promise<readonly View[]>): Inspector {
  const kept = new Map<string, Inspection>();

  const inspection = async (tenant: string, view: View, zone: string): Promise<Inspection> => {
    const key = JSON.stringify([tenant, view.mesh.name, zone]);
    const made = inspectView(view, { zone, digest, native: await nativeFor(view) }, kept.get(key));
    kept.delete(key);
    kept.set(key, made);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  };
  const viewOf = async (tenant: string, mesh: string): Promise<View> => {
    const found = (await views(tenant)).find((view) => view.mesh.name === mesh);
    if (found === undefined) throw new Fault("absent", "Not found", { title: "Failed to retrieve Mesh" });
    return found;
  };
  return {
    async proxy({ tenant, scopes }, mesh, name) {
      permitRead(scopes, "Dataplane");
      const view = await viewOf(tenant, mesh);
      const dataplane = resourcesOf(view, "Dataplane").find((one) => one.name === name);
      if (dataplane === undefined) throw new Fault("absent", "Not found", { title: "Could not retrieve Dataplane" });
      return inspectProxy(await inspection(tenant, view, zoneOf(dataplane) ?? ""), dataplane);
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
