// Parties: whom a word in a question means, as a client and as somebody who is called.
import { membersBehind } from "#match/destination.ts";
import type { Member } from "#match/member.ts";
import { sectionOf } from "#match/select.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { displayName } from "#model/display-name.ts";
import { kindOfType } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { nearestWord } from "#model/nearest.ts";
import type { Meta } from "#model/resource.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";
import { type Dataplane, namesOf, offeredInbounds } from "./named.ts";

/** What a word may be the name of. */
export type PartyKind =
  | "service"
  | "MeshService"
  | "MeshMultiZoneService"
  | "MeshExternalService"
  | "ExternalService"
  | "Dataplane"
  | "identity";

/** Whom a word means. */
export interface Party {
  readonly kind: PartyKind;
  readonly name: string;
  /** As a client. */
  readonly dataplanes: readonly Dataplane[];
  /** As somebody who is called: keys of `placeKey`. */
  readonly places: ReadonlySet<string>;
  /** A name that is outside the mesh. */
  readonly outside?: string;
  /** A SPIFFE ID that no proxy has. */
  readonly stranger?: string;
}

/** Why a word means nobody. */
export interface Nobody {
  readonly reason: string;
}

/** An inbound of a dataplane. */
export function placeKey({ name }: Pick<Dataplane, "name">, port: number): string {
  return `${name} ${port}`;
}

/** Whom the word means: a service's tag or name, a dataplane's name, `Type/name`, a KRI or a SPIFFE ID. */
export function partyOf(index: ViewIndex, word: string): Party | Nobody {
  if (word.startsWith("spiffe://")) return identity(index, word);
  const kri = parseKri(word);
  if (kri !== null) {
    const { mesh, zone, name, section } = kri;
    if (mesh !== "" && mesh !== index.view.mesh.name)
      return { reason: `${word} is of the mesh ${mesh}: ask in that mesh` };
    const kind = KINDS.find(({ shortName }) => shortName === kri.shortName);
    if (kind === undefined) return { reason: `${word} is no service and no dataplane` };
    const found = kind.find(index, name, { zone, section });
    return found ?? nobody(index, word, kind.known(index));
  }
  const [type = "", ...rest] = word.split("/");
  const typed = rest.length === 0 ? undefined : KINDS.find((kind) => isCalled(kind, type));
  if (typed !== undefined) {
    const name = rest.join("/");
    return typed.find(index, name, ANYWHERE) ?? nobody(index, name, typed.known(index), typed.kind);
  }
  for (const kind of KINDS) {
    const found = kind.find(index, word, ANYWHERE);
    if (found !== null) return found;
  }
  return nobody(
    index,
    word,
    KINDS.flatMap((kind) => kind.known(index)),
  );
}

const ANYWHERE = { zone: "", section: "" };

interface Where {
  readonly zone: string;
  readonly section: string;
}

interface Finding {
  readonly kind: PartyKind;
  /** In a KRI. */
  readonly shortName: string;
  find(index: ViewIndex, name: string, where: Where): Party | null;
  known(index: ViewIndex): readonly string[];
}

/** In the order in which a word is looked for. */
const KINDS: readonly Finding[] = [
  {
    kind: "service",
    shortName: "",
    find: service,
    known: (index) => index.everywhere.flatMap((one) => namesOf(index, one).from),
  },
  {
    kind: "MeshService",
    shortName: "msvc",
    find: (index, name, where) => {
      const found = index.services.all.filter((one) => isMeant(one, name, where));
      const ports = found.flatMap((one) => (one.spec.ports ?? []).map((port) => ({ service: one, port })));
      const members = ports
        .filter(
          ({ port }) => where.section === "" || where.section === port.name || where.section === String(port.port),
        )
        .flatMap((target) => membersBehind({ kind: "service", key: "", id: -1, called: [], ...target }, index.members));
      return found.length === 0 ? null : partyOfMembers("MeshService", name, members);
    },
    known: ({ services }) => services.all.map(displayName),
  },
  {
    kind: "MeshMultiZoneService",
    shortName: "mzsvc",
    find: (index, name, where) => {
      const multi = index.services.multi.find((one) => isMeant(one, name, where));
      const members = multi?.spec.ports.flatMap((port) => {
        const services = index.services.find.gathered(multi, port.port);
        return membersBehind({ kind: "multi", key: "", id: -1, multi, port, services }, index.members);
      });
      return members === undefined ? null : partyOfMembers("MeshMultiZoneService", name, members);
    },
    known: ({ services }) => services.multi.map(displayName),
  },
  {
    kind: "MeshExternalService",
    shortName: "extsvc",
    find: ({ services }, name, where) => {
      const found = services.external.find((one) => isMeant(one, name, where));
      return found === undefined ? null : outside("MeshExternalService", displayName(found));
    },
    known: ({ services }) => services.external.map(displayName),
  },
  {
    kind: "ExternalService",
    shortName: "es",
    find: ({ services }, name) => {
      const named = [...services.outside].find(([tag, list]) => tag === name || list.some((one) => one.name === name));
      return named === undefined ? null : outside("ExternalService", named[0]);
    },
    known: ({ services }) => [...services.outside.keys()],
  },
  {
    kind: "Dataplane",
    shortName: "dp",
    find: (index, name, where) => {
      const found = index.everywhere.filter((one) => isMeant(one, name, where));
      const { section } = where;
      return found.length === 0
        ? null
        : partyOfDataplanes(
            "Dataplane",
            name,
            found,
            ({ port, name: own }) => section === "" || section === own || section === String(port),
          );
    },
    known: ({ everywhere }) => everywhere.map(displayName),
  },
];

function isCalled({ kind, shortName }: Finding, word: string): boolean {
  const lower = word.toLowerCase();
  const of = kindOfType(kind);
  return lower === kind.toLowerCase() || (shortName !== "" && lower === shortName) || lower === of?.path;
}

function isMeant(resource: Pick<Meta, "name" | "labels">, name: string, { zone }: Where): boolean {
  if (zone !== "" && resource.labels[LABEL.zone] !== zone) return false;
  return resource.name === name || displayName(resource) === name;
}

/** By what dataplanes and inbounds are called. */
function service(index: ViewIndex, name: string): Party | null {
  const dataplanes = index.everywhere.filter((one) => namesOf(index, one).from.includes(name));
  if (dataplanes.length === 0) return null;
  const places = dataplanes.flatMap((one) =>
    placesOf(one, ({ position }) => namesOf(index, one).inbounds[position]?.to === name),
  );
  return { kind: "service", name, dataplanes, places: new Set(places) };
}

interface Inbound {
  readonly port: number;
  readonly name: string;
  readonly position: number;
}

function placesOf(dataplane: Dataplane, keep: (inbound: Inbound) => boolean): readonly string[] {
  return offeredInbounds(dataplane)
    .filter((inbound, position) => keep({ port: inbound.port ?? 0, name: sectionOf(inbound), position }))
    .map(({ port = 0 }) => placeKey(dataplane, port));
}

function partyOfDataplanes(
  kind: PartyKind,
  name: string,
  dataplanes: readonly Dataplane[],
  keep: (inbound: Inbound) => boolean,
): Party {
  return { kind, name, dataplanes, places: new Set(dataplanes.flatMap((one) => placesOf(one, keep))) };
}

function partyOfMembers(kind: PartyKind, name: string, members: readonly Member[]): Party {
  const dataplanes = [...new Set(members.map(({ dataplane }) => dataplane))];
  return { kind, name, dataplanes, places: new Set(members.map(({ dataplane, port }) => placeKey(dataplane, port))) };
}

function outside(kind: PartyKind, name: string): Party {
  return { kind, name, dataplanes: [], places: new Set(), outside: name };
}

function identity(index: ViewIndex, word: string): Party | Nobody {
  const dataplanes = index.everywhere.filter((one) => namesOf(index, one).uris.has(word));
  const own = (tags: Readonly<Record<string, string>> = {}): boolean =>
    word === `spiffe://${index.view.mesh.name}/${tags[SERVICE_TAG]}`;
  const places = dataplanes.flatMap((one) => {
    const inbounds = offeredInbounds(one);
    return placesOf(one, ({ position }) => own(inbounds[position]?.tags));
  });
  const party = { kind: "identity" as const, name: word, dataplanes, places: new Set(places) };
  return dataplanes.length > 0 ? party : { ...party, stranger: word };
}

function nobody({ view }: ViewIndex, word: string, known: readonly string[], kind?: string): Nobody {
  const names = [...new Set(known)].sort();
  const near = nearestWord(word, names);
  const guess = near === undefined ? "" : `; did you mean ${near}?`;
  const some = names.slice(0, 10).join(", ") + (names.length > 10 ? ", …" : "");
  const list = near !== undefined || names.length === 0 ? "" : `; known: ${some}`;
  return {
    reason: `no ${kind ?? "service or dataplane"} of mesh ${view.mesh.name} is called ${JSON.stringify(word)}${guess}${list}`,
  };
}
