// Looks at the control plane for what may stand next: names, ids and numbers that it knows.
import type { Client } from "#api/caller.ts";
import type { WireResource } from "#api/kuma.ts";
import { fieldPath } from "#cli/history/field-path.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { namedByWords } from "#cli/resource-name.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { ROLE_NAMES } from "#model/role-name.ts";
import { MESH_SCOPES, SCOPE_NAMES, ZONAL_SCOPES } from "#model/scope-name.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";
import type { Asked, Candidate } from "./candidates.ts";

export type Look = (client: Client, organisation: string, asked: Asked) => Promise<readonly Candidate[]>;

/** A list that is longer than this is no help to who completes a word. */
const SIZE = { size: "200" };

function meshOf({ options }: Asked): string {
  return options.get("mesh") ?? "default";
}

function listed(client: Client, organisation: string, type: string, mesh: string): Promise<readonly WireResource[]> {
  const kind = kindOfWord(type);
  return client.resources(organisation).list(kind, kind.scope === "Global" ? "" : mesh);
}

async function names(client: Client, organisation: string, type: string, mesh: string): Promise<readonly Candidate[]> {
  const { type: help } = kindOfWord(type);
  return (await listed(client, organisation, type, mesh)).map(({ name }) => ({ value: name, help }));
}

/** Each value once, the first with it told. */
function once(all: readonly Candidate[]): readonly Candidate[] {
  return [...new Map([...all].reverse().map((one) => [one.value, one])).values()].reverse();
}

export const meshes: Look = (client, organisation) => names(client, organisation, "Mesh", "");
export const zones: Look = (client, organisation) => names(client, organisation, "Zone", "");
export const dataplanes: Look = (client, organisation, asked) =>
  names(client, organisation, "Dataplane", meshOf(asked));

export const proxiesOfType: Look = (client, organisation, asked) =>
  names(client, organisation, asked.options.get("type") ?? "Dataplane", meshOf(asked));

/** Names of resources of the type that stands before them. */
export const namesOfType: Look = async (client, organisation, asked) => {
  const [type] = asked.args;
  return type === undefined || /^\d+$/.test(type) || type.includes("/")
    ? []
    : names(client, organisation, type, meshOf(asked));
};

export const revisions: Look = async (client, organisation) => {
  const { items } = await client.call("listRevisions", { params: { organisation }, query: { size: "50" } });
  return items.map(({ revision, reason, time }) => ({ value: `${revision}`, help: `${time} ${reason}`.trim() }));
};

export const revisionsAndTypes: Look = async (client, organisation, asked) => [
  ...(await revisions(client, organisation, asked)),
  ...ALL_KINDS.map(({ path, type }) => ({ value: path, help: type })),
];

export const relays: Look = async (client, organisation, { args: [zone] }) => {
  const { items } = await client.call("listRelays", { params: { organisation }, query: SIZE });
  const own = items.filter((relay) => !relay.revoked && (zone === undefined || relay.zone === zone));
  return own.map((relay) => ({ value: relay.id, help: `${relay.zone} ${relay.online ? "online" : "offline"}` }));
};

interface Inbound {
  readonly port?: number;
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function inboundsOf(dataplane: WireResource): readonly Inbound[] {
  const { networking } = dataplane as { readonly networking?: { readonly inbound?: readonly Inbound[] } };
  return networking?.inbound ?? [];
}

const SERVICE_TYPES = ["MeshService", "MeshMultiZoneService", "MeshExternalService", "ExternalService"];

export const services: Look = async (client, organisation, asked) => {
  const mesh = meshOf(asked);
  const [proxies, ...others] = await Promise.all([
    listed(client, organisation, "Dataplane", mesh),
    ...SERVICE_TYPES.map((type) => names(client, organisation, type, mesh)),
  ]);
  const tagged = proxies.flatMap((one) => inboundsOf(one).flatMap(({ tags }) => tags?.[SERVICE_TAG] ?? []));
  return once([...tagged.map((value) => ({ value, help: "service" })), ...others.flat()]);
};

export const parties: Look = async (client, organisation, asked) =>
  once((await Promise.all([services, dataplanes].map((look) => look(client, organisation, asked)))).flat());

export const serviceTags: Look = async (client, organisation, asked) => {
  const proxies = await listed(client, organisation, "Dataplane", meshOf(asked));
  const tags = proxies.flatMap((one) => inboundsOf(one).flatMap((inbound) => Object.entries(inbound.tags ?? {})));
  return once(tags.map(([key, value]) => ({ value: `${key}=${value}`, help: "tag" })));
};

export const workloads: Look = async (client, organisation, asked) => {
  const proxies = await listed(client, organisation, "Dataplane", meshOf(asked));
  const all = proxies.flatMap(({ labels }) => (labels as Readonly<Record<string, string>>)?.[LABEL.workload] ?? []);
  return once(all.map((value) => ({ value, help: "workload" })));
};

/** Ports of the proxies of the callee, by their names too. */
export const portsOfCallee: Look = async (client, organisation, asked) => {
  const callee = asked.args[1]?.replace(/^.*\//, "");
  const proxies = await listed(client, organisation, "Dataplane", meshOf(asked));
  const found = proxies.flatMap((one) =>
    inboundsOf(one).filter(({ tags }) => callee === undefined || one.name === callee || tags?.[SERVICE_TAG] === callee),
  );
  return once(
    found.flatMap(({ port, name }) => [
      ...(port === undefined ? [] : [{ value: String(port), help: name ?? "" }]),
      ...(name === undefined || name === "" ? [] : [{ value: name, help: String(port ?? "") }]),
    ]),
  );
};

export const fieldsOfResource: Look = async (client, organisation, asked) => {
  const { kind, mesh, name } = namedByWords(asked.args, meshOf(asked));
  const { fields } = await client.resources(organisation).blame(kind, mesh, name);
  return fields.map(({ path, reason }) => ({ value: fieldPath(path), help: reason }));
};

export const settingsOfProxy: Look = async (client, organisation, asked) => {
  const [word = ""] = asked.args;
  const params = { organisation, mesh: meshOf(asked), name: word.replace(/^.*\//, "") };
  const { places } = await client.call("dataplaneWhy", { params });
  const all = places.flatMap(({ settings }) => settings);
  return once(all.map(({ field, policy }) => ({ value: field, help: policy })));
};

export const plans: Look = async (client, organisation) => {
  const { items } = await client.call("listPlans", { params: { organisation } });
  return items.map(({ id, createdAt, reason }) => ({ value: id, help: `${createdAt} ${reason}`.trim() }));
};

const allTokens = async (client: Client, organisation: string) =>
  (await client.call("listTokens", { params: { organisation }, query: SIZE })).items;

export const tokens: Look = async (client, organisation) => {
  const valid = (await allTokens(client, organisation)).filter(({ revokedAt }) => revokedAt === null);
  return valid.map(({ id, name }) => ({ value: id, help: name }));
};

export const makers: Look = async (client, organisation) =>
  once((await allTokens(client, organisation)).flatMap(({ id, name }) => [named(name, id), named(id, name)]));

const named = (value: string, help: string): Candidate => ({ value, help });

/** Without the tokens or the relays, where the caller may not list them. */
export const actors: Look = async (client, organisation) => {
  const none = (): readonly Candidate[] => [];
  const [byToken, byRelay] = await Promise.all([
    allTokens(client, organisation).then((all) => all.map(({ id, name }) => named(`token:${id}`, name)), none),
    client
      .call("listRelays", { params: { organisation }, query: SIZE })
      .then(({ items }) => items.map(({ id, zone }) => named(`relay:${zone}/${id}`, "relay")), none),
  ]);
  return [named("operator", ""), named("control-plane", ""), ...byToken, ...byRelay];
};

/** Those of the table at least, whoever may list zones and meshes. */
export const scopes: Look = async (client, organisation, asked) => {
  const known = await zones(client, organisation, asked).catch(() => []);
  const zonal = ZONAL_SCOPES.flatMap((scope) =>
    known.map((zone) => named(`${scope}@${zone.value}`, `${SCOPE_NAMES[scope]}, in zone ${zone.value} alone`)),
  );
  const standing = await meshes(client, organisation, asked).catch(() => []);
  const ofMesh = MESH_SCOPES.flatMap((scope) =>
    standing.map((mesh) => named(`${scope}@mesh:${mesh.value}`, `${SCOPE_NAMES[scope]}, in mesh ${mesh.value} alone`)),
  );
  return [...Object.entries(SCOPE_NAMES).map(([scope, help]) => named(scope, help)), ...zonal, ...ofMesh];
};

export const webhooks: Look = async (client, organisation) => {
  const { items } = await client.call("listWebhooks", { params: { organisation }, query: SIZE });
  return items.map(({ id, url }) => ({ value: id, help: url }));
};

export const webhookEvents: Look = async (client, organisation, { args: [id = ""] }) => {
  const { items } = await client.call("webhookDeliveries", { params: { organisation, id }, query: SIZE });
  return items.map(({ event, type, state }) => ({ value: event, help: `${type} ${state}` }));
};

export const members: Look = async (client, organisation) => {
  const { items } = await client.call("listMembers", { params: { organisation }, query: SIZE });
  return items.map(({ user, role }) => named(user.email, `${user.name}, ${role}`));
};

export const invitations: Look = async (client, organisation) => {
  const { items } = await client.call("listInvitations", { params: { organisation }, query: SIZE });
  return items.map(({ id, email, role }) => named(id, `${email}, ${role}`));
};

/** Those of the table, and an editor's of each zone and mesh that may be seen. */
export const roles: Look = async (client, organisation, asked) => {
  const [inZones, inMeshes] = await Promise.all(
    [zones, meshes].map((look) => look(client, organisation, asked).catch(() => [])),
  );
  return [
    ...Object.entries(ROLE_NAMES).map(([role, help]) => named(role, help)),
    ...(inZones ?? []).map(({ value }) => named(`editor@zone:${value}`, `editor of the zone ${value} alone`)),
    ...(inMeshes ?? []).map(({ value }) => named(`editor@mesh:${value}`, `editor of the mesh ${value} alone`)),
  ];
};
