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
    "enrol-zone": "every",
    "revoke-relay": "every",
  },
  write: { read: "plain", write: "plain", delete: "plain" },
  read: { read: "plain" },
  "secret:write": { read: "secret", write: "secret", delete: "secret" },
  "secret:reveal": { reveal: "secret" },
  "token:read": { "read-tokens": "every" },
  "token:dataplane": { "issue-dataplane-token": "every" },
  "zone:enrol": { "enrol-zone": "every", "revoke-relay": "every" },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<Verb, Reach>>>>>;

export type Scope = keyof typeof SCOPES;

/** What of a kind's row decides. */
export interface ScopedKind {
  /** Secret and GlobalSecret. */
  readonly secret: boolean;
  /** Written by Weft alone (insights). */
  readonly readOnly: boolean;
}

/** Whether the text is a scope that a token may be given. */
export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/**
 * Whether any of the scopes allows the verb, on resources of `kind` where the verb is about one.
 * Unknown scopes allow nothing; read-only kinds are written by nobody.
 */
export function may(scopes: readonly string[], verb: Verb, kind?: ScopedKind): boolean {
  if (kind?.readOnly === true && verb !== "read") return false;
  return scopes.some((scope) => isScope(scope) && reaches((SCOPES[scope] as Partial<Record<Verb, Reach>>)[verb], kind));
}

function reaches(reach: Reach | undefined, kind: ScopedKind | undefined): boolean {
  if (reach === undefined) return false;
  return reach === "every" || (kind !== undefined && kind.secret === (reach === "secret"));
}
