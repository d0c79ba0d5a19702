// Limits: what an organisation of each tier may have and do, in one table. The checks, the API, the docs and the console are made of it.

/** Tiers of organisations, the smallest first. */
export const TIERS = ["free", "team", "self-hosted"] as const;
export type Tier = (typeof TIERS)[number];

/** What is counted for whom. */
type Per = "person" | "organisation" | "token" | "relay" | "address" | "request" | "resource";

export interface LimitRow {
  /** `count`: how many there may be; `bytes`; `rate`: requests a second, over RATE_WINDOW seconds. */
  readonly unit: "count" | "bytes" | "rate";
  readonly per: Per;
  /** What it bounds, as a sentence has it: `meshes`. */
  readonly what: string;
  /** What to do where it is reached; "" where the fault says so itself. */
  readonly remedy: string;
  /** Null = there is none. */
  readonly most: Readonly<Record<Tier, number | null>>;
}

type Most = LimitRow["most"];
const most = <A extends number | null, B extends number | null, C extends number | null>(free: A, team: B, own: C) => ({
  free,
  team,
  "self-hosted": own,
});
/** The same in every tier: what one row, batch or process can carry. */
const always = (value: number) => most(value, value, value);
const count = <M extends Most>(per: Per, what: string, remedy: string, values: M) => ({
  unit: "count" as const,
  per,
  what,
  remedy,
  most: values,
});
const bytes = (per: Per, what: string, value: number, remedy = "") => ({
  unit: "bytes" as const,
  per,
  what,
  remedy,
  most: always(value),
});
const rate = <M extends Most>(per: Per, what: string, values: M) => ({
  unit: "rate" as const,
  per,
  what,
  remedy: "",
  most: values,
});

/** Seconds over which a rate is counted: so many times the rate may come at once. */
export const RATE_WINDOW = 10;

/** All limits, in the order in which they are shown. */
export const LIMITS = {
  organisations: count("person", "organisations", "leave one first", most(3, 10, 10)),
  meshes: count("organisation", "meshes", "delete one first", most(5, 100, null)),
  zones: count("organisation", "zones", "delete one first", most(10, 200, null)),
  proxies: count("organisation", "proxies", "stop or delete some first", most(200, 10_000, null)),
  resources: count("organisation", "resources", "delete some first", most(5_000, 100_000, null)),
  members: count("organisation", "members", "remove one first", most(10, 500, null)),
  invitations: count("organisation", "open invitations", "revoke some first", most(20, 100, 100)),
  tokens: count("organisation", "API tokens that hold", "revoke one first", most(50, 1_000, null)),
  webhooks: count("organisation", "webhooks", "delete one first", most(5, 50, 50)),
  plans: count("organisation", "plans that are kept", "", always(100)),
  "change-resources": count("request", "resources of one change", "", always(1000)),
  "body-bytes": bytes("request", "a body, unless its route says otherwise", 1_048_576),
  "change-bytes": bytes("request", "the body of a change or a plan", 8_388_608),
  "resource-bytes": bytes("resource", "labels, spec and status of one resource as JSON", 900_000),
  // In base64 two thirds of what a relay takes as an envelope, which has its zone's relays and what issuers stand for beside it.
  "told-bytes": bytes(
    "organisation",
    "certificates, token keys and revoked tokens of all meshes, as zones are told",
    2_000_000,
    "delete meshes, token keys or revocations that nobody needs first",
  ),
  // An object of the platform takes 32,768 connections.
  "bell-relays": count("organisation", "relays on the bell", "", always(10_000)),
  "waiting-calls": count("organisation", "calls that wait for their turn", "", always(1000)),
  "token-rate": rate("token", "requests with one API token or session", most(20, 100, null)),
  "organisation-rate": rate("organisation", "requests of people and their tokens", most(50, 500, null)),
  "relay-rate": rate("relay", "requests of one relay", most(20, 20, null)),
  "address-rate": rate("address", "requests from one address, whoever calls", most(200, 200, null)),
} as const satisfies Readonly<Record<string, LimitRow>>;

export type LimitName = keyof typeof LIMITS;
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** The limits of one organisation; null = there is none. */
export type Limits = Readonly<Record<LimitName, number | null>>;

/** Limits that the operator has set for one organisation beside its tier. */
export type LimitChanges = Partial<Limits>;

/** Limits that an operator may set for one organisation: what it has and how often it calls. */
export const SETTABLE: readonly LimitName[] = LIMIT_NAMES.filter((name) => {
  const { unit, per, most: values } = LIMITS[name] as LimitRow;
  return (
    unit !== "bytes" &&
    (per === "organisation" || per === "token" || per === "relay") &&
    new Set(Object.values(values)).size > 1
  );
});

/** What holds for an organisation of the tier. */
export function limitsOf(tier: Tier, changes: LimitChanges = {}): Limits {
  const all = LIMIT_NAMES.map((name) => [name, changes[name] === undefined ? LIMITS[name].most[tier] : changes[name]]);
  return Object.fromEntries(all) as Limits;
}

export function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}
