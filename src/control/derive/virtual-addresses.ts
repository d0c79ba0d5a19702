// Virtual addresses: given in the batch that first makes a name exist, and shown on the resources that have them.
import type { SpecOf, TypeName } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { allot, shownAddresses } from "#model/virtual/allot.ts";
import { virtualName } from "#model/virtual/name.ts";
import { neededNames } from "#model/virtual/needed.ts";
import type { StatusWrite } from "#store/face/commit.ts";
import type { Deriver } from "./deriver.ts";
import type { MeshWorld } from "./mesh-world.ts";
import { CLAIM } from "./world.ts";

/** Kinds that names are made of, beside dataplanes. */
const SOURCES = [
  "Mesh",
  "Zone",
  "MeshService",
  "MeshExternalService",
  "MeshMultiZoneService",
  "VirtualOutbound",
  "ExternalService",
  CLAIM,
];

export const virtualAddresses: Deriver = {
  watches: [...SOURCES, "Dataplane"],
  derive(mesh, { now, global }) {
    if (isCalm(mesh)) return {};
    const zones = global("Zone").map(({ name }) => name);
    const resources = Object.fromEntries(VIEWED.map((type) => [type, mesh.of(type)]));
    const names = neededNames({ mesh: mesh.own, resources }, zones);
    const rows = allot(mesh.addresses, { names, now, claims: mesh.claims });
    const standing = new Map([...mesh.addresses, ...rows].map((row) => [row.address, row]));
    return {
      addresses: rows.map((row) => ({ mesh: mesh.name, ...row })),
      statuses: statusesOf(mesh, new Map(shownAddresses(standing.values()).map((one) => [one.name, one.address]))),
    };
  },
};

const VIEWED = [
  "Dataplane",
  "MeshService",
  "MeshExternalService",
  "MeshMultiZoneService",
  "VirtualOutbound",
  "ExternalService",
] as const satisfies readonly TypeName[];

/** Whether no name can have come or gone: dataplanes alone are different, and offer what they offered. */
function isCalm(mesh: MeshWorld): boolean {
  if (SOURCES.some((type) => mesh.touched.has(type))) return false;
  const tagged = mesh.of("VirtualOutbound").length > 0;
  const others = mesh.dataplanes.filter(
    ({ before, after }) => !sameJson(offered(before, tagged), offered(after, tagged)),
  );
  if (others.length === 0) return true;
  if (tagged || others.some(({ before }) => before !== null)) return false;
  // One more instance of what is there.
  const known = new Set(mesh.addresses.flatMap(({ name, goneAt }) => (goneAt === null ? [name] : [])));
  const services = others
    .flatMap(({ after }) => after?.spec.networking?.inbound ?? [])
    .map(({ tags }) => tags?.[SERVICE_TAG]);
  return services.every((service) => service === undefined || known.has(virtualName("service", service)));
}

function offered(dataplane: Resource<SpecOf<"Dataplane">> | null, tagged: boolean): unknown {
  const inbounds = dataplane?.spec.networking?.inbound ?? [];
  return inbounds.map(({ tags = {}, state, port }) => [
    tagged ? tags : tags[SERVICE_TAG],
    state === "Ignored" || port === 49_151,
  ]);
}

/** What the statuses of resources lack of their addresses. */
function statusesOf(mesh: MeshWorld, addresses: ReadonlyMap<string, string>): readonly StatusWrite[] {
  return (["MeshService", "MeshMultiZoneService", "MeshExternalService"] as const).flatMap((type) =>
    mesh.of(type).flatMap(({ name, status }): readonly StatusWrite[] => {
      const ip = addresses.get(virtualName(type, name));
      if (ip === undefined) return [];
      const patch = type === "MeshExternalService" ? { vip: { ip } } : { vips: [{ ip }] };
      const [[member, wanted]] = Object.entries(patch) as [[string, unknown]];
      const stands = (status as Readonly<Record<string, unknown>> | undefined)?.[member];
      return sameJson(stands, wanted) ? [] : [{ key: { type, mesh: mesh.name, name }, patch }];
    }),
  );
}
