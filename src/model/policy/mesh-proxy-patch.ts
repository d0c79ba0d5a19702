// Policy MeshProxyPatch: changes to the Envoy config of proxies, in Envoy's own words.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { may, text, textMap } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

/** Any JSON, its members sorted, so that equal values are equal bytes. */
const jsonValue = z.unknown().check(z.overwrite(sortedJson));

function sortedJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedJson);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sortedJson(member)]));
}

const jsonPatch = z.strictObject(() => ({
  op: z.enum(["add", "remove", "replace", "move", "copy"]),
  path: text,
  from: may(text),
  value: may(jsonValue),
}));

/** `value` is YAML or JSON text; what it may hold is judged against Envoy's descriptors by whoever has them. */
const content = { value: may(text), jsonPatches: may(z.array(jsonPatch)) };

const ofResource = z.enum(["Add", "Remove", "Patch"]);
const ofFilter = z.enum(["Remove", "Patch", "AddFirst", "AddBefore", "AddAfter", "AddLast"]);

const filterMatch = z.strictObject(() => ({
  origin: may(text),
  name: may(text),
  listenerName: may(text),
  listenerTags: may(textMap),
}));

const cluster = z.strictObject(() => ({
  match: may(z.strictObject({ origin: may(text), name: may(text) })),
  operation: ofResource,
  ...content,
}));
const listener = z.strictObject(() => ({
  match: may(z.strictObject({ origin: may(text), name: may(text), tags: may(textMap) })),
  operation: ofResource,
  ...content,
}));
const filter = z.strictObject({ match: may(filterMatch), operation: ofFilter, ...content });
const virtualHost = z.strictObject(() => ({
  match: z.strictObject({ origin: may(text), name: may(text), routeConfigurationName: may(text) }),
  operation: ofResource,
  ...content,
}));

const modification = z.strictObject(() => ({
  cluster: may(cluster),
  listener: may(listener),
  networkFilter: may(filter),
  httpFilter: may(filter),
  virtualHost: may(virtualHost),
}));

const conf = z.strictObject({ appendModifications: may(z.array(modification)) });

export const meshProxyPatchShape = z.strictObject({ targetRef: may(targetRefShape), default: conf });
export type MeshProxyPatchSpec = Frozen<z.infer<typeof meshProxyPatchShape>>;
export type ProxyPatchConf = Frozen<z.infer<typeof conf>>;
export type Modification = Frozen<z.infer<typeof modification>>;
export type ModificationKind = keyof Modification;
export type JsonPatch = Frozen<z.infer<typeof jsonPatch>>;

/** What a modification of any kind may say. */
export interface Change {
  readonly match?: {
    readonly origin?: string;
    readonly name?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly listenerName?: string;
    readonly listenerTags?: Readonly<Record<string, string>>;
    readonly routeConfigurationName?: string;
  };
  readonly operation: z.infer<typeof ofResource> | z.infer<typeof ofFilter>;
  readonly value?: string;
  readonly jsonPatches?: readonly JsonPatch[];
}

export const MODIFICATION_KINDS = ["cluster", "listener", "networkFilter", "httpFilter", "virtualHost"] as const;

/** The one modification that an item is; null where it is none or several. */
export function changeOf(item: Modification): { readonly kind: ModificationKind; readonly change: Change } | null {
  const kinds = MODIFICATION_KINDS.filter((kind) => item[kind] !== undefined);
  const [kind] = kinds;
  return kind === undefined || kinds.length > 1 ? null : { kind, change: item[kind] as Change };
}

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshProxyPatchSpec }): readonly Violation[] {
  const { appendModifications: items = [] } = spec.default;
  return [
    ...topViolations(spec, grammar),
    ...under("default", [
      ...(items.length === 0 ? [{ field: "appendModifications", reason: "must not be empty" }] : []),
      ...items.flatMap((item, index) => under(`appendModifications[${index}]`, itemViolations(item))),
    ]),
  ];
}

function itemViolations(item: Modification): Violation[] {
  const one = changeOf(item);
  if (one !== null) return under(one.kind, changeViolations(one.kind, one.change));
  const count = MODIFICATION_KINDS.filter((kind) => item[kind] !== undefined).length;
  const reason = `exactly one modification can be defined at a time. Currently, ${count} modifications are defined`;
  return [{ field: "", reason }];
}

const UNDEFINED = "must not be defined";
const DEFINED = "must be defined";

function changeViolations(kind: ModificationKind, change: Change): Violation[] {
  const { match, operation, value } = change;
  const found: Violation[] = [];
  const unnamed = (reason: string): void => {
    if (match?.name === undefined) found.push({ field: "match.name", reason });
  };
  const valued = (): void => {
    if (value === undefined) found.push({ field: "value", reason: DEFINED });
  };
  switch (operation) {
    case "Add":
      if (kind === "virtualHost") {
        if (match?.name !== undefined) found.push({ field: "match.name", reason: UNDEFINED });
      } else if (match !== undefined) found.push({ field: "match", reason: UNDEFINED });
      valued();
      break;
    case "AddFirst":
    case "AddLast":
      valued();
      break;
    case "AddBefore":
      unnamed(`${DEFINED}. You need to pick a filter before which this one will be added`);
      valued();
      break;
    case "AddAfter":
      unnamed(`${DEFINED}. You need to pick a filter after which this one will be added`);
      valued();
      break;
    case "Remove":
      if (value !== undefined) found.push({ field: "value", reason: UNDEFINED });
      break;
    case "Patch":
      if (kind === "networkFilter" || kind === "httpFilter") unnamed(DEFINED);
      found.push(...patchViolations(kind, change));
  }
  return found;
}

function patchViolations(kind: ModificationKind, { value, jsonPatches = [] }: Change): Violation[] {
  if (value !== undefined && jsonPatches.length > 0) {
    return [{ field: "", reason: `${kind} must have only one type defined: value, jsonPatches` }];
  }
  if (value !== undefined) return [];
  if (jsonPatches.length === 0) {
    return [{ field: "", reason: `${kind} must have exactly one defined: value, jsonPatches` }];
  }
  return jsonPatches.flatMap((patch, index) => under(`jsonPatches[${index}]`, stepViolations(patch)));
}

function stepViolations({ op, path, from, value }: JsonPatch): Violation[] {
  const found: Violation[] = [];
  const moves = op === "move" || op === "copy";
  const gives = op === "add" || op === "replace";
  const when = (list: string): string => `when "op" is one of [${list}]`;
  if (moves && from === undefined) {
    found.push({ field: "from", reason: `"from" must not be empty ${when('"move", "copy"')}` });
  }
  if (!moves && from !== undefined) {
    found.push({ field: "from", reason: `"from" is allowed only ${when('"move", "copy"')}` });
  }
  if (gives && value === undefined) {
    found.push({ field: "value", reason: `"value" must not be empty ${when('"add", "replace"')}` });
  }
  if (!gives && value !== undefined) {
    found.push({ field: "value", reason: `"value" is allowed only ${when('"add", "replace"')}` });
  }
  if (op === "remove" && (path === "" || path === "/")) {
    found.push({ field: "path", reason: "root path cannot be removed" });
  }
  return found;
}

export const meshProxyPatchJudge: Judge<MeshProxyPatchSpec> = {
  shape: meshProxyPatchShape,
  validate,
  warn: ({ spec }) => topWarnings(spec),
};
