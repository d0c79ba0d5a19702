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
  },
  write: { read: "plain", write: "plain", delete: "plain" },
  read: { read: "plain" },
  "secret:write": { read: "secret", write: "secret", delete: "secret" },
  "secret:reveal": { reveal: "secret" },
  "token:read": { "read-tokens": "every" },
  "token:dataplane": { "issue-dataplane-token": "every" },
  "token:zone": { "issue-zone-token": "every" },
  "zone:enrol": { "enrol-zone": "every", "revoke-relay": "every" },
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
