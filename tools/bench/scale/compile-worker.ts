// A worker that holds what an organisation's writer holds, and compiles its zones one after the other.
import { createHash } from "node:crypto";
import { type Compiled, compile } from "#compile/compile.ts";
import type { MeshTrust } from "#control/authority/mesh-trust.ts";
import { loadState, type TenantState } from "#control/state.ts";
import { viewOf } from "#control/view/view.ts";
import { zonesOf as placesOf } from "#control/zone/places.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { TenantStore } from "#store/store.ts";
import { largeViews, type Shape, zonesOf } from "./large-world.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
const HEADS = { epoch: 1, revision: 1, sequence: 1 };
const trust = { authorities: new Map(), clients: new Map() } as unknown as MeshTrust;
const BUNDLE = ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"];

let state: TenantState | null = null;
let kept: Compiled[] = [];

/** As the store would give it: every resource is read from its own text. */
async function stateOf(shape: Shape): Promise<TenantState> {
  const views = largeViews(shape);
  const items = views.flatMap(({ mesh, resources }) =>
    [mesh as Resource, ...Object.values(resources).flat()].map((one) => ({
      resource: JSON.parse(JSON.stringify(one)) as Resource,
      etag: "1-1",
      revision: 1,
    })),
  );
  const addresses = views.flatMap(({ mesh, addresses: own = [] }) =>
    own.map((one) => ({ ...one, mesh: mesh.name, givenAt: 0, goneAt: null })),
  );
  const whole = { heads: HEADS, items, registrations: [], addresses, certified: [] };
  const store = { zoneHeads: async () => [], issuers: async () => [], heads: async () => HEADS };
  return loadState({ ...store, readWhole: async () => whole } as unknown as TenantStore, null);
}

function viewsOf(of: TenantState): readonly View[] {
  return [...of.meshes.values()].map((mesh) => viewOf(mesh, trust, BUNDLE, placesOf(of)));
}

/** Something else for every proxy. */
function edited(views: readonly View[]): readonly View[] {
  return views.map((view) => ({
    ...view,
    resources: {
      ...view.resources,
      MeshTimeout: (view.resources.MeshTimeout ?? []).map((one) => ({
        ...one,
        spec: JSON.parse(JSON.stringify(one.spec).replaceAll('"5s"', '"6s"')),
      })),
    },
  }));
}

export default {
  /** `/make` reads the organisation; `/compile` compiles each zone and lets it go; `/kept` keeps them, and compiles all after an edit. */
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const shape = JSON.parse(url.searchParams.get("shape") ?? "{}") as Shape;
    if (url.pathname === "/make") state = await stateOf(shape);
    if (state === null) return Response.json({});
    let [blobs, characters] = [0, 0];
    const zone = (name: string, views: readonly View[], before?: Compiled): Compiled => {
      const compiled = compile({ zone: name, views }, digest, before?.memo);
      for (const text of compiled.snapshot.blobs.values()) {
        blobs++;
        characters += text.length;
      }
      return compiled;
    };
    const views = viewsOf(state);
    if (url.pathname === "/compile") for (const name of zonesOf(shape)) zone(name, views);
    if (url.pathname === "/kept") {
      kept = zonesOf(shape).map((name) => zone(name, views));
      const after = edited(views);
      kept = [...kept, ...zonesOf(shape).map((name, at) => zone(name, after, kept[at]))];
    }
    return Response.json({ blobs, characters });
  },
};
