// One modification on one resource: clusters and listeners as a whole, filters in all chains, virtual hosts in all routes.
import type { JsonMessage, NativeEnvoy } from "#envoy/native.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { Tags } from "#model/tag.ts";
import { type EnvoyKind, fillPartly } from "#snapshot/template.ts";
import { patchedJson } from "./json-patch.ts";
import { sameName } from "./origin.ts";
import { MESSAGES, type Prepared } from "./prepared.ts";

/** A resource as modifications see it. */
export interface Subject {
  readonly kind: EnvoyKind;
  /** With holes filled. */
  readonly name: string;
  readonly origin: string;
  readonly bindings: Bindings;
}

type List = readonly JsonMessage[];

const MANAGER = "envoy.filters.network.http_connection_manager";
const ANY = "google.protobuf.Any";

/** Whether the modification is about the resource, or about something inside it. */
export function isAbout({ kind, match }: Prepared, subject: Subject, body: Json): boolean {
  if (match.origin !== undefined && match.origin !== subject.origin) return false;
  const named = (said: string | undefined): boolean => said === undefined || sameName(said, subject.name);
  switch (kind) {
    case "cluster":
      return subject.kind === "cluster" && named(match.name);
    case "listener":
      return subject.kind === "listener" && named(match.name) && hasTags(body, match.tags, subject);
    case "networkFilter":
    case "httpFilter":
      return subject.kind === "listener" && named(match.listenerName) && hasTags(body, match.listenerTags, subject);
    case "virtualHost":
      return subject.kind === "listener" || (subject.kind === "route" && named(match.routeConfigurationName));
  }
}

/** The body with the modification, the same body where it changes nothing, or null where it takes the resource away. */
export function applyTo(one: Prepared, body: JsonMessage, subject: Subject, native: NativeEnvoy): JsonMessage | null {
  const { kind, operation } = one;
  if (kind === "cluster" || kind === "listener") {
    return operation === "Remove" ? null : operation === "Patch" ? changed(one, body, native) : body;
  }
  if (kind === "virtualHost") {
    if (subject.kind === "route")
      return withList(body, "virtualHosts", (hosts) => hostsOf(one, hosts, subject, native));
    return inManagers(body, (manager) => {
      const routes = manager.routeConfig as JsonMessage | undefined;
      if (routes === undefined) return manager;
      const { routeConfigurationName: wanted } = one.match;
      if (wanted !== undefined && wanted !== filled(routes.name, subject)) return manager;
      const made = withList(routes, "virtualHosts", (hosts) => hostsOf(one, hosts, subject, native));
      return made === routes ? manager : { ...manager, routeConfig: made };
    });
  }
  if (kind === "networkFilter") {
    return withList(body, "filterChains", (chains) =>
      each(chains, (chain) => withList(chain, "filters", (filters) => filtersOf(one, filters, native))),
    );
  }
  return inManagers(body, (manager) => withList(manager, "httpFilters", (filters) => filtersOf(one, filters, native)));
}

/** Names of virtual hosts with holes filled, where a modification asks for one. */
export function hostNames(body: Json, subject: Subject): readonly string[] {
  const { virtualHosts = [] } = body as { readonly virtualHosts?: List };
  return virtualHosts.map(({ name }) => filled(name, subject));
}

function hostsOf(one: Prepared, hosts: List, subject: Subject, native: NativeEnvoy): List {
  const { operation, match, value } = one;
  const isMeant = ({ name }: JsonMessage): boolean => match.name === undefined || match.name === filled(name, subject);
  if (operation === "Add") return value === null ? hosts : [...hosts, value];
  if (operation === "Remove") return without(hosts, isMeant);
  return each(hosts, (host) => (isMeant(host) ? changed(one, host, native) : host));
}

function filtersOf(one: Prepared, filters: List, native: NativeEnvoy): List {
  const { operation, match, value } = one;
  const isMeant = ({ name }: JsonMessage): boolean => match.name === undefined || match.name === name;
  const at = filters.findIndex(({ name }) => name === match.name);
  const insert = (index: number): List =>
    value === null ? filters : [...filters.slice(0, index), value, ...filters.slice(index)];
  switch (operation) {
    case "AddFirst":
      return insert(0);
    case "AddLast":
      return insert(filters.length);
    case "AddBefore":
      return at === -1 ? filters : insert(at);
    case "AddAfter":
      return at === -1 ? filters : insert(at + 1);
    case "Remove":
      return without(filters, isMeant);
    default:
      return each(filters, (filter) => (isMeant(filter) ? withConfig(one, filter, native) : filter));
  }
}

/** A patch of a filter is one of its config; the filter keeps its name. */
function withConfig({ value, patches }: Prepared, filter: JsonMessage, native: NativeEnvoy): JsonMessage {
  const config = filter.typedConfig as JsonMessage | undefined;
  if (patches.length > 0) {
    const { "@type": type = "", ...inside } = config ?? {};
    return { ...filter, typedConfig: { "@type": type, ...(patchedJson(inside, patches) as JsonMessage) } };
  }
  const patch = value?.typedConfig as JsonMessage | undefined;
  if (patch === undefined) return filter;
  return { ...filter, typedConfig: config === undefined ? patch : native.merge(ANY, config, patch) };
}

function changed({ kind, value, patches }: Prepared, body: JsonMessage, native: NativeEnvoy): JsonMessage {
  if (patches.length > 0) return patchedJson(body, patches) as JsonMessage;
  return value === null ? body : native.merge(MESSAGES[kind], body, value);
}

function inManagers(body: JsonMessage, change: (manager: JsonMessage) => JsonMessage): JsonMessage {
  return withList(body, "filterChains", (chains) =>
    each(chains, (chain) =>
      withList(chain, "filters", (filters) =>
        each(filters, (filter) => {
          const config = filter.typedConfig as JsonMessage | undefined;
          if (filter.name !== MANAGER || config === undefined) return filter;
          const made = change(config);
          return made === config ? filter : { ...filter, typedConfig: made };
        }),
      ),
    ),
  );
}

function withList(holder: JsonMessage, member: string, change: (list: List) => List): JsonMessage {
  const list = (holder[member] ?? []) as unknown as List;
  if (!Array.isArray(list)) return holder;
  const made = change(list);
  return made === list ? holder : { ...holder, [member]: made as Json };
}

/** The same list where no item is another. */
function each(list: List, change: (item: JsonMessage) => JsonMessage): List {
  const made = list.map(change);
  return made.every((item, index) => item === list[index]) ? list : made;
}

function without(list: List, isMeant: (item: JsonMessage) => boolean): List {
  return list.some(isMeant) ? list.filter((item) => !isMeant(item)) : list;
}

function filled(name: Json | undefined, { bindings }: Subject): string {
  return String(fillPartly(name ?? "", bindings));
}

function hasTags(body: Json, wanted: Tags = {}, { bindings }: Subject): boolean {
  const keys = Object.keys(wanted);
  if (keys.length === 0) return true;
  const { metadata } = body as { readonly metadata?: { readonly filterMetadata?: JsonMessage } };
  const tags = fillPartly(metadata?.filterMetadata?.["io.kuma.tags"] ?? {}, bindings) as Tags;
  return keys.every((key) => (wanted[key] === "*" ? tags[key] !== undefined : tags[key] === wanted[key]));
}
