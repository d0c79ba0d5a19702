// Names of the scopes that an API token can hold; the table of what each allows is where tokens are judged.

/** Scope → what it is for, for people. */
export const SCOPE_NAMES = {
  admin: "everything but to see private keys and what is an owner's",
  owner: "give and take the role owner",
  write: "read and change resources that are no secrets",
  plan: "plan changes and not commit them",
  read: "read resources that are no secrets",
  "secret:write": "read and change secrets",
  "secret:reveal": "see generated private keys",
  "token:read": "list API tokens",
  "token:dataplane": "issue the tokens of proxies",
  "token:zone": "issue the tokens of ingresses and egresses",
  "zone:enrol": "admit and revoke relays",
  "audit:read": "read the audit log",
  "member:read": "see who the members are",
  "webhook:write": "make, change and delete webhooks",
  "plan:approve": "approve others' plans",
  "guard:override": "override guard rails",
} as const;

export type ScopeName = keyof typeof SCOPE_NAMES;

/** Scopes that a token may have for one zone alone: `write@east`. They read as widely as without the zone. */
export const ZONAL_SCOPES: readonly ScopeName[] = ["write", "plan", "token:dataplane", "token:zone", "zone:enrol"];

/** Scopes that may be had for one mesh alone: `write@mesh:payments`. They read as widely as without the mesh. */
export const MESH_SCOPES: readonly ScopeName[] = ["write", "plan", "token:dataplane"];
