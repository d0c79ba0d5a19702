// What dataplanes and their inbounds are called in questions about access: by service tag, else by the MeshService that selects them.
import { proxyOf } from "#match/select.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { displayName } from "#model/display-name.ts";
import type { DataplaneSpec, Inbound } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { selectsDataplane } from "#model/service-selector.ts";
import { leafUris } from "#model/spiffe.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";

export type Dataplane = Resource<DataplaneSpec>;

/** What the name of a service in an answer stands for. */
export interface InboundName {
  readonly to: string;
  /** Its name or port, where one proxy offers the service at several. */
  readonly port?: string;
}

/** A dataplane as who calls and as who is called. */
export interface Names {
  /** As a client: sorted, at least one. */
  readonly from: readonly string[];
  /** As a server, for each inbound that is not ignored. */
  readonly inbounds: readonly InboundName[];
  /** By port and section, the position of an inbound among these. */
  readonly position: ReadonlyMap<string, number>;
  /** URI SANs of its certificate. */
  readonly uris: ReadonlySet<string>;
  /** Equal for those that are named alike. */
  readonly key: string;
}

/** Inbounds that are not ignored: each has its place in `Names.inbounds`, and in what is matched. */
export function offeredInbounds({ spec }: Dataplane): readonly Inbound[] {
  return (spec.networking?.inbound ?? []).filter(({ state }) => state !== "Ignored");
}

const known = new WeakMap<ViewIndex["services"], WeakMap<Dataplane, Names>>();

/** The names of a dataplane; a function of it and of the view's services. */
export function namesOf(index: ViewIndex, dataplane: Dataplane): Names {
  const all = known.get(index.services) ?? new WeakMap<Dataplane, Names>();
  known.set(index.services, all);
  const found = all.get(dataplane) ?? newNames(index, dataplane);
  all.set(dataplane, found);
  return found;
}

function newNames({ services, policies, view }: ViewIndex, dataplane: Dataplane): Names {
  const { inbounds, gatewayTags } = proxyOf(dataplane, policies.gateways);
  let other: string | undefined;
  const otherwise = (): string => {
    other ??=
      services.all
        .filter((one) => selectsDataplane(one, dataplane))
        .map(displayName)
        .sort()[0] ??
      dataplane.labels[LABEL.workload] ??
      dataplane.name;
    return other;
  };
  const offered = inbounds.map(({ tags, section }) => ({ to: tags[SERVICE_TAG] ?? otherwise(), section }));
  const gateway = gatewayTags[SERVICE_TAG];
  const tagged = [...(gateway === undefined ? [] : [gateway]), ...offered.map(({ to }) => to)];
  const from = [...new Set(tagged.length > 0 ? tagged : [otherwise()])].sort();
  const position = new Map<string, number>();
  inbounds.forEach(({ inbound, section }, at) => {
    const key = `${inbound.port ?? 0} ${section}`;
    if (!position.has(key)) position.set(key, at);
  });
  const uris = leafUris(view.mesh.name, { networking: dataplane.spec.networking ?? {} });
  return {
    from,
    inbounds: offered.map(({ to, section }) =>
      offered.filter((one) => one.to === to).length > 1 ? { to, port: section } : { to },
    ),
    position,
    uris: new Set(uris),
    key: `${from.join()} ${uris.join()}`,
  };
}
