// Who may do what: the table of scopes that an API token can hold, and the one function that decides.

/** What can be asked for. The first four are about a kind of resource, the others stand alone. */
export const VERBS = [
  "read",
  "write",
  "delete",
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
  },
  write: { read: "plain", write: "plain", delete: "plain" },
  read: { read: "plain" },
  "secret:write": { read: "secret", write: "secret", delete: "secret" },
  "secret:reveal": { reveal: "secret" },
  "token:read": { "read-tokens": "every" },
  "token:dataplane": { "issue-dataplane-token": "every" },
  "token:zone": { "issue-zone-token": "every" },
  "zone:enrol": { "enrol-zone": "every", "revoke-relay": "every" },
  "audit:read": { "read-audit": "every" },
  "webhook:write": { "read-webhooks": "every", "manage-webhooks": "every" },
  "plan:approve": { "approve-plan": "every", read: "plain" },
  "guard:override": { "override-guard": "every" },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<Verb, Reach>>>>>;

export type Scope = keyof typeof SCOPES;

/** Scopes that a token may have for one zone alone: `write@east`. They read as widely as without the zone. */
export const ZONAL: readonly Scope[] = ["write", "token:dataplane", "token:zone", "zone:enrol"];

/** What of a kind's row decides. */
export interface ScopedKind {
  /** Secret and GlobalSecret. */
  readonly secret: boolean;
  /** Written by Weft alone (insights). */
  readonly readOnly: boolean;
}

/** Whether the text is a scope that a token may be given: one of the table, or one of those for a zone, as `write@east`. */
export function isScope(text: string): boolean {
  const { scope, zone } = read(text);
  return Object.hasOwn(SCOPES, scope) && (zone === undefined || (isZonal(scope) && /^[a-z0-9-]+$/.test(zone)));
}

/** The one zone that a scope is for; undefined = all. */
export function zoneOfScope(text: string): string | undefined {
  return read(text).zone;
}

/** What a token can be given, for people. */
export const SCOPE_TEXTS: readonly string[] = [...Object.keys(SCOPES), ...ZONAL.map((scope) => `${scope}@<zone>`)];

/**
 * Whether any of the scopes allows the verb, on resources of `kind` where the verb is about one. `zone` is the zone that is
 * acted on: null for what is of no zone; left out = whether there may be one that is allowed. Unknown scopes allow nothing;
 * read-only kinds are written by nobody.
 */
export function may(scopes: readonly string[], verb: Verb, kind?: ScopedKind, zone?: string | null): boolean {
  if (kind?.readOnly === true && verb !== "read") return false;
  return scopes.some((text) => {
    const held = read(text);
    if (!isScope(text)) return false;
    if (held.zone !== undefined && verb !== "read" && zone !== undefined && held.zone !== zone) return false;
    return reaches((SCOPES[held.scope as Scope] as Partial<Record<Verb, Reach>>)[verb], kind);
  });
}

/** What is done, for people. */
const DEEDS: Readonly<Record<Verb, string>> = {
  read: "read",
  write: "write",
  delete: "delete",
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
};

/**
 * Scopes each of which alone would allow it, the narrowest for the zone first; `admin` only where no other does. Empty where
 * nobody may.
 */
export function scopesFor(verb: Verb, kind?: ScopedKind, zone?: string | null): readonly string[] {
  const zonal = typeof zone === "string" ? ZONAL.map((scope) => `${scope}@${zone}`) : [];
  const allowing = [...zonal, ...Object.keys(SCOPES)].filter((scope) => may([scope], verb, kind, zone ?? null));
  const others = allowing.filter((scope) => scope !== "admin");
  return others.length === 0 ? allowing : others;
}

/** Why the scopes do not allow it, and which would; `what` is told after the deed, as `Dataplane default/web-1`. */
export function scopeRefusal(
  scopes: readonly string[],
  verb: Verb,
  { kind, what = "", zone }: { readonly kind?: ScopedKind; readonly what?: string; readonly zone?: string | null } = {},
): string {
  const deed = what === "" ? DEEDS[verb] : `${DEEDS[verb]} ${what}`;
  const needed = scopesFor(verb, kind, zone);
  const has = `The scopes of the API token (${scopes.join(", ")}) do not allow to ${deed}`;
  if (needed.length === 0) return has;
  return `${has}: it takes ${needed.join(" or ")}. Who has the scope admin makes such a token: weft token create NAME --scope ${needed[0]}`;
}

function read(text: string): { readonly scope: string; readonly zone: string | undefined } {
  const sign = text.indexOf("@");
  return sign === -1 ? { scope: text, zone: undefined } : { scope: text.slice(0, sign), zone: text.slice(sign + 1) };
}

function isZonal(scope: string): boolean {
  return (ZONAL as readonly string[]).includes(scope);
}

function reaches(reach: Reach | undefined, kind: ScopedKind | undefined): boolean {
  if (reach === undefined) return false;
  return reach === "every" || (kind !== undefined && kind.secret === (reach === "secret"));
}
