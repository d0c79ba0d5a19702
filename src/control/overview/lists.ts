// The use cases "list proxies" and "search", in what the writer holds: neither reads resources from the store.
import type { AccessReader } from "#control/face/access.ts";
import type { Caller } from "#control/face/caller.ts";
import { permitKind } from "#control/permission.ts";
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { TenantState } from "#control/state.ts";
import { hasMoved, type Tenant } from "#control/tenant.ts";
import type { Lifetime } from "#control/webhook/certificate-sight.ts";
import { Fault } from "#model/fault.ts";
import { KINDS } from "#model/kinds.ts";
import { may } from "#trust/scope.ts";
import { censusOf, type ServiceCensus } from "./census.ts";
import { edgesOf, type Graph, type GraphQuery, graphOf, type MeshEdges } from "./graph.ts";
import type { LifetimesNow } from "./lifetime-book.ts";
import { type ProxyPage, type ProxyQuery, proxiesOf } from "./proxy-list.ts";
import { type Hit, searchIn } from "./search.ts";

/** Revisions of which relays' answers are looked at: what was refused before still is. */
const REVISIONS = 5;
/** Newest revisions that a search looks at; an older one is found by its number. */
const SEARCHED = 200;

export interface Lists {
  /** Fault `forbidden`. */
  proxies(caller: Caller, presences: readonly RelayPresence[], query: ProxyQuery): Promise<ProxyPage>;
  /** Faults `forbidden`, `absent`: no such mesh, or nobody has the name of the focus. */
  graph(caller: Caller, presences: readonly RelayPresence[], query: GraphQuery): Promise<Graph>;
  search(
    caller: Caller,
    query: string,
    size: number,
  ): Promise<{ readonly total: number; readonly items: readonly Hit[] }>;
}

/** When the newest certificate of each proxy ends, by `<mesh>.<name>`. */
function endsOf(lives: readonly Lifetime[]): ReadonlyMap<string, number> {
  return new Map(
    lives.flatMap(({ kind, mesh, name, notAfter }) =>
      kind === "proxy" ? [[`${mesh}.${name}`, notAfter] as const] : [],
    ),
  );
}

/** Of one organisation's writer. */
export function openLists(
  tenant: Tenant,
  { access, lifetimes }: { readonly access: AccessReader; readonly lifetimes: LifetimesNow },
): Lists {
  const { store } = tenant;
  let services: { readonly sequence: number; readonly found: readonly ServiceCensus[] } | null = null;

  let edges: { readonly key: string; readonly found: MeshEdges } | null = null;

  const newest = async (): Promise<TenantState> => {
    if (await hasMoved(tenant, await tenant.state())) await tenant.reload();
    return tenant.state();
  };
  const servicesIn = (state: TenantState): readonly ServiceCensus[] => {
    const { sequence } = state.heads;
    if (services?.sequence !== sequence) services = { sequence, found: censusOf(state, []).services };
    return services.found;
  };
  return {
    async proxies({ scopes }, presences, query) {
      permitKind(scopes, "read", KINDS.Dataplane);
      const state = await newest();
      const { epoch, revision } = state.heads;
      const [rows, lives] = await Promise.all([
        store.revisionDeliveries({ epoch, revision: Math.max(1, revision - REVISIONS + 1) }),
        lifetimes(state),
      ]);
      const told = { rows, certificates: endsOf(lives) };
      return proxiesOf(await tenant.state(), presences, told, query);
    },
    async graph(caller, presences, query) {
      permitKind(caller.scopes, "read", KINDS.Dataplane);
      const { epoch, sequence } = (await newest()).heads;
      const key = JSON.stringify([epoch, sequence, query.mesh]);
      if (edges?.key !== key) edges = { key, found: edgesOf(await access.unsortedPairs(caller, query.mesh)) };
      const graph = graphOf(await tenant.state(), presences, edges.found, query);
      if (graph === null)
        throw new Fault("absent", `There is no service ${JSON.stringify(query.focus)} in mesh ${query.mesh}`);
      return graph;
    },
    async search({ scopes }, query, size) {
      const { revision } = (await newest()).heads;
      const number = /^\s*(\d{1,15})\s*$/.exec(query)?.[1];
      const from = Math.max(1, revision - SEARCHED + 1);
      const [revisions, older, tokens] = await Promise.all([
        store.revisionMoments({ from, to: revision }),
        number !== undefined && Number(number) < from
          ? store.revisionMoments({ from: Number(number), to: Number(number) })
          : [],
        may(scopes, "read-tokens") ? store.listCredentials("api") : [],
      ]);
      const state = await tenant.state();
      return searchIn(
        { state, services: servicesIn(state), revisions: [...revisions, ...older], tokens, scopes },
        query,
        size,
      );
    },
  };
}
