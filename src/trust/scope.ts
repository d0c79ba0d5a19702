// Who may do what: the table of scopes that an API token or a role can hold, and the one function that decides.
import { MESH_SCOPES, type ScopeName, ZONAL_SCOPES } from "#model/scope-name.ts";

/** What can be asked for. The first five are about a kind of resource, the others stand alone. */
export const VERBS = [
  "read",
  "write",
  "delete",
  "plan",
  "reveal",
  "read-tokens",
  "manage-tokens",
  "issue-dataplane-token",
  "issue-zone-token",
  "enrol-zone",
  "revoke-relay",
  "read-audit",
  "manage-audit",
  "read-webhooks",
  "manage-webhooks",
  "approve-plan",
  "override-guard",
  "read-members",
  "manage-members",
  "manage-owners",
  "delete-organisation",
] as const;
export type Verb = (typeof VERBS)[number];

/** `plain`: kinds that are no secrets; `secret`: only those that are; `every`: both, and verbs without a kind. */
type Reach = "plain" | "secret" | "every";

/** Scope → verb → reach. What is not here is not allowed. `reveal` shows generated private keys, and no other scope has it. */
export const SCOPES = {
  admin: {
    read: "every",
    write: "every",
    delete: "every",
    plan: "every",
    "read-tokens": "every",
    "manage-tokens": "every",
    "issue-dataplane-token": "every",
    "issue-zone-token": "every",
    "enrol-zone": "every",
    "revoke-relay": "every",
    "read-audit": "every",
    "manage-audit": "every",
    "read-webhooks": "every",
    "manage-webhooks": "every",
    "approve-plan": "every",
    "override-guard": "every",
    "read-members": "every",
    "manage-members": "every",
  },
  owner: { "manage-owners": "every", "delete-organisation": "every" },
  write: { read: "plain", write: "plain", delete: "plain", plan: "plain" },
  plan: { read: "plain", plan: "plain" },
  read: { read: "plain" },
  "secret:write": { read: "secret", write: "secret", delete: "secret", plan: "secret" },
  "secret:reveal": { reveal: "secret" },
  "token:read": { "read-tokens": "every" },
  "token:dataplane": { "issue-dataplane-token": "every" },
  "token:zone": { "issue-zone-token": "every" },
  "zone:enrol": { "enrol-zone": "every", "revoke-relay": "every" },
  "audit:read": { "read-audit": "every" },
  "member:read": { "read-members": "every" },
  "webhook:write": { "read-webhooks": "every", "manage-webhooks": "every" },
  "plan:approve": { "approve-plan": "every", read: "plain" },
  "guard:override": { "override-guard": "every" },
} as const satisfies Readonly<Record<ScopeName, Readonly<Partial<Record<Verb, Reach>>>>>;

export type Scope = ScopeName;

/** Scopes that may be had for one zone alone, and those for one mesh. */
export const ZONAL = ZONAL_SCOPES;
export const OF_MESH = MESH_SCOPES;

/** What is acted on: its zone and its mesh; null = it is of none, or of more than one. */
export interface Place {
  readonly zone: string | null;
  readonly mesh: string | null;
}

/** Of no zone and no mesh: what concerns the whole organisation. */
export const WHOLE: Place = { zone: null, mesh: null };

/** What of a kind's row decides. */
export interface ScopedKind {
  /** Secret and GlobalSecret. */
  readonly secret: boolean;
  /** Written by Weft alone (insights). */
  readonly readOnly: boolean;
}

/** Whether the text is a scope: one of the table, or one of those for a zone or a mesh, as `write@east`, `write@mesh:payments`. */
export function isScope(text: string): boolean {
  const { scope, zone, mesh } = read(text);
  if (!Object.hasOwn(SCOPES, scope)) return false;
  if (mesh !== undefined) return includes(OF_MESH, scope) && NAME.test(mesh);
  return zone === undefined || (includes(ZONAL, scope) && NAME.test(zone));
}

const NAME = /^[a-z0-9-]+$/;

/** The one zone that a scope is for; undefined = it is not for one. */
export function zoneOfScope(text: string): string | undefined {
  return read(text).zone;
}

/** The one mesh that a scope is for; undefined = it is not for one. */
export function meshOfScope(text: string): string | undefined {
  return read(text).mesh;
}

/** What a token can be given, for people. */
export const SCOPE_TEXTS: readonly string[] = [
  ...Object.keys(SCOPES),
  ...ZONAL.map((scope) => `${scope}@<zone>`),
  ...OF_MESH.map((scope) => `${scope}@mesh:<mesh>`),
];

/**
 * Whether any of the scopes allows the verb, on resources of `kind` where the verb is about one. `place` is what is acted on;
 * left out = whether there may be something that is allowed. Unknown scopes allow nothing; read-only kinds are written by nobody.
 */
export function may(scopes: readonly string[], verb: Verb, kind?: ScopedKind, place?: Place): boolean {
  if (kind?.readOnly === true && verb !== "read") return false;
  return scopes.some((text) => {
    if (!isScope(text)) return false;
    const held = read(text);
    if (verb !== "read" && place !== undefined && !isWithin(place, held)) return false;
    return reaches((SCOPES[held.scope as Scope] as Partial<Record<Verb, Reach>>)[verb], kind);
  });
}

function isWithin(place: Place, { zone, mesh }: Held): boolean {
  if (zone !== undefined) return place.zone === zone;
  return mesh === undefined || place.mesh === mesh;
}

/** What is done, for people. */
const DEEDS: Readonly<Record<Verb, string>> = {
  read: "read",
  write: "write",
  delete: "delete",
  plan: "plan changes of",
  reveal: "see the private keys of",
  "read-tokens": "list API tokens",
  "manage-tokens": "create or revoke API tokens",
  "issue-dataplane-token": "issue dataplane tokens",
  "issue-zone-token": "issue zone tokens",
  "enrol-zone": "admit relays",
  "revoke-relay": "revoke relays",
  "read-audit": "read the audit log",
  "manage-audit": "say how long audit entries are kept",
  "read-webhooks": "list webhooks",
  "manage-webhooks": "create, change or delete webhooks",
  "approve-plan": "approve plans",
  "override-guard": "override guard rails",
  "read-members": "list members and invitations",
  "manage-members": "invite, change or remove members",
  "manage-owners": "give or take the role owner",
  "delete-organisation": "delete the organisation, or restore it",
};

/**
 * Scopes each of which alone would allow it, the narrowest for the place first; `admin` only where no other does. Empty where
 * nobody may.
 */
export function scopesFor(verb: Verb, kind?: ScopedKind, place: Place = WHOLE): readonly string[] {
  const { zone, mesh } = place;
  const narrow = [
    ...(zone === null ? [] : ZONAL.map((scope) => `${scope}@${zone}`)),
    ...(mesh === null ? [] : OF_MESH.map((scope) => `${scope}@mesh:${mesh}`)),
  ];
  const allowing = [...narrow, ...Object.keys(SCOPES)].filter((scope) => may([scope], verb, kind, place));
  const others = allowing.filter((scope) => scope !== "admin");
  return others.length === 0 ? allowing : others;
}

/** Why the scopes do not allow it, and which would; `what` is told after the deed, as `Dataplane default/web-1`. */
export function scopeRefusal(
  scopes: readonly string[],
  verb: Verb,
  { kind, what = "", place }: { readonly kind?: ScopedKind; readonly what?: string; readonly place?: Place } = {},
): string {
  const deed = what === "" ? DEEDS[verb] : `${DEEDS[verb]} ${what}`;
  const needed = scopesFor(verb, kind, place);
  const has = `The caller's scopes (${scopes.join(", ")}) do not allow to ${deed}`;
  if (needed.length === 0) return has;
  const giver = needed[0] === "owner" ? "An owner gives it" : "Who has the scope admin gives it";
  return `${has}: it takes ${needed.join(" or ")}. ${giver}: to a member by a role, to a program by weft token create NAME --scope ${needed[0]}`;
}

/** A scope's text in its parts. */
interface Held {
  readonly scope: string;
  readonly zone?: string;
  readonly mesh?: string;
}

/** Where a mesh is meant and not a zone: no name has a colon. */
const MESH = "mesh:";

function read(text: string): Held {
  const sign = text.indexOf("@");
  if (sign === -1) return { scope: text };
  const [scope, where] = [text.slice(0, sign), text.slice(sign + 1)];
  return where.startsWith(MESH) ? { scope, mesh: where.slice(MESH.length) } : { scope, zone: where };
}

function includes(scopes: readonly ScopeName[], scope: string): boolean {
  return (scopes as readonly string[]).includes(scope);
}

function reaches(reach: Reach | undefined, kind: ScopedKind | undefined): boolean {
  if (reach === undefined) return false;
  return reach === "every" || (kind !== undefined && kind.secret === (reach === "secret"));
}
