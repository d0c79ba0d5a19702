// Every route against every role: what the API answers to people and to tokens is what a rule book says, written beside no code.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, type ROUTES, type RouteName } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { scopesOf } from "#trust/role.ts";
import { openPeople, type PeoplePlane, type Person } from "./people.ts";
import { freshName } from "./subject.ts";

const ROLES = ["owner", "admin", "editor", "editor@zone:east", "editor@mesh:pay", "viewer"] as const;
type Role = (typeof ROLES)[number];
const isAdmin = (role: Role): boolean => role === "owner" || role === "admin";

/**
 * Who may call a route at all: `all` every member, `owners` those alone, `admins` owner and admin, `approvers` those and editors of everything, `kind`
 * every member but admins alone where it is about secrets, `placed` what it is about decides (below).
 */
type Rule = "all" | "owners" | "admins" | "approvers" | "kind" | "placed";
type ApiRoute = { [N in RouteName]: (typeof ROUTES)[N]["auth"] extends "api" ? N : never }[RouteName];

/** One row a route that members and tokens call. A new route has no row, and this file does not compile. */
const RULES: Readonly<Record<ApiRoute, Rule>> = {
  resourceTypes: "all",
  resourceSchema: "all",
  policies: "all",
  whoAmI: "all",
  config: "all",
  globalInsight: "all",
  meshInsights: "all",
  meshInsight: "all",
  serviceInsights: "all",
  allServiceInsights: "all",
  serviceInsight: "all",
  dataplaneOverviews: "all",
  dataplaneOverview: "all",
  allDataplaneOverviews: "all",
  olderDataplaneOverviews: "all",
  olderDataplaneOverview: "all",
  zoneOverviews: "all",
  zoneOverview: "all",
  olderZoneOverviews: "all",
  olderZoneOverview: "all",
  zoneInsights: "all",
  zoneInsight: "all",
  zoneIngressOverviews: "all",
  olderZoneIngressOverviews: "all",
  zoneIngressInsights: "all",
  zoneIngressOverview: "all",
  olderZoneIngressOverview: "all",
  zoneIngressInsight: "all",
  zoneEgressOverviews: "all",
  olderZoneEgressOverviews: "all",
  zoneEgressInsights: "all",
  zoneEgressOverview: "all",
  olderZoneEgressOverview: "all",
  zoneEgressInsight: "all",
  kri: "all",
  dataplaneRules: "all",
  dataplanePolicies: "all",
  dataplaneInboundPolicies: "all",
  dataplaneOutboundPolicies: "all",
  dataplaneOutboundRoutes: "all",
  dataplaneRoutePolicies: "all",
  dataplaneLayout: "all",
  dataplaneConfig: "all",
  dataplaneXds: "all",
  dataplaneClusters: "all",
  dataplaneStats: "all",
  zoneIngressXds: "all",
  zoneIngressClusters: "all",
  zoneIngressStats: "all",
  zoneEgressXds: "all",
  zoneEgressClusters: "all",
  zoneEgressStats: "all",
  dataplaneWhy: "all",
  olderDataplanePolicies: "all",
  olderDataplaneRules: "all",
  policyDataplanes: "all",
  olderPolicyDataplanes: "all",
  serviceDataplanes: "all",
  olderServiceDataplanes: "all",
  hostnames: "all",
  reach: "all",
  access: "all",
  accessDraft: "all",
  accessMatrix: "all",
  accessTests: "all",
  lint: "all",
  lintChange: "placed",
  createDataplaneToken: "placed",
  createZoneToken: "admins",
  listTokens: "admins",
  createToken: "admins",
  revokeToken: "admins",
  createEnrolment: "admins",
  listRelays: "all",
  listZoneRelays: "all",
  revokeRelay: "admins",
  revokeZone: "admins",
  listIssuers: "all",
  listCertificates: "all",
  createChange: "placed",
  createPlan: "placed",
  listPlans: "all",
  getPlan: "all",
  approvePlan: "approvers",
  withdrawApproval: "approvers",
  listDeliveries: "all",
  getRevisionDelivery: "all",
  listRevisionDeliveries: "all",
  listRevisions: "all",
  getRevision: "all",
  diff: "all",
  resourceHistoryGlobal: "kind",
  resourceHistory: "kind",
  blameGlobal: "kind",
  blame: "kind",
  listAudit: "admins",
  auditKeys: "admins",
  auditRetention: "admins",
  setAuditRetention: "admins",
  listWebhooks: "admins",
  createWebhook: "admins",
  deleteWebhook: "admins",
  rotateWebhook: "admins",
  testWebhook: "admins",
  replayWebhook: "admins",
  webhookDeliveries: "admins",
  readDeletion: "all",
  endOrganisation: "owners",
  restoreOrganisation: "owners",
  listMembers: "all",
  changeMember: "admins",
  // Another than oneself.
  removeMember: "admins",
  listInvitations: "all",
  createInvitation: "admins",
  revokeInvitation: "admins",
  events: "all",
  listJoins: "all",
  organisationOverview: "all",
  usage: "all",
  listProxies: "all",
  graph: "all",
  search: "all",
  listGlobal: "kind",
  listAcross: "kind",
  list: "kind",
  getGlobal: "kind",
  get: "kind",
  putGlobal: "placed",
  put: "placed",
  deleteGlobal: "placed",
  delete: "placed",
};

const SECRETS: readonly string[] = ["Secret", "GlobalSecret"];

function mayCall(role: Role, rule: Rule, type: string | null): boolean {
  if (rule === "owners") return role === "owner";
  if (rule === "all" || isAdmin(role)) return true;
  if (rule === "approvers") return role === "editor";
  return rule === "kind" && !SECRETS.includes(type ?? "");
}

/** What is written: which kind, of which mesh and zone; a Mesh that stands is of itself, and a new one of none. */
interface Subject {
  readonly what: string;
  readonly body: {
    readonly type: string;
    readonly name: string;
    readonly mesh?: string;
    readonly [more: string]: unknown;
  };
  readonly path: string;
  readonly mesh: string | null;
  readonly zone: string | null;
  readonly isSecret?: boolean;
}

const timeouts = (mesh: string, zone: string | null): Subject => ({
  what: `a policy of ${mesh}${zone === null ? "" : ` in ${zone}`}`,
  path: `meshes/${mesh}/meshtimeouts`,
  mesh,
  zone,
  body: {
    ...{ type: "MeshTimeout", mesh, name: `slow-${zone ?? "all"}` },
    ...(zone !== null && { labels: { "kuma.io/zone": zone } }),
    spec: { to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "7s" } }] },
  },
});

const dataplanes = (mesh: string, zone: string): Subject => ({
  what: `a dataplane of ${mesh} in ${zone}`,
  path: `meshes/${mesh}/dataplanes`,
  mesh,
  zone,
  body: {
    ...{ type: "Dataplane", mesh, name: `web-${mesh}-${zone}`, labels: { "kuma.io/zone": zone } },
    networking: { address: "10.0.0.1", inbound: [{ port: 8080, tags: { "kuma.io/service": "web" } }] },
  },
});

const data = Buffer.from("content").toString("base64");
const SUBJECTS: readonly Subject[] = [
  ...["pay", "shop"].flatMap((mesh) => [null, "east", "west"].map((zone) => timeouts(mesh, zone))),
  ...["pay", "shop"].flatMap((mesh) => ["east", "west"].map((zone) => dataplanes(mesh, zone))),
  {
    ...{ what: "a secret of pay", path: "meshes/pay/secrets", mesh: "pay", zone: null, isSecret: true },
    body: { type: "Secret", mesh: "pay", name: "key", data },
  },
  {
    ...{ what: "a secret of no mesh", path: "global-secrets", mesh: null, zone: null, isSecret: true },
    body: { type: "GlobalSecret", name: "key", data },
  },
  { what: "a zone", path: "zones", mesh: null, zone: null, body: { type: "Zone", name: "north" } },
  { what: "a new mesh", path: "meshes", mesh: null, zone: null, body: { type: "Mesh", name: "fresh" } },
  {
    ...{ what: "a generator of names", path: "hostnamegenerators", mesh: null, zone: null },
    body: {
      ...{ type: "HostnameGenerator", name: "names" },
      spec: { selector: { meshService: { matchLabels: { a: "b" } } }, template: "{{ .DisplayName }}.test" },
    },
  },
];

/** The rule book of changes, in sentences. */
function mayChange(role: Role, { mesh, zone, isSecret = false }: Pick<Subject, "mesh" | "zone" | "isSecret">): boolean {
  if (isAdmin(role)) return true;
  if (role === "viewer" || isSecret) return false;
  if (role === "editor") return true;
  return role === "editor@zone:east" ? zone === "east" : mesh === "pay";
}

let people: PeoplePlane;
let at = "";
/** What a caller of a role calls with: as a person by the session, and as a program by a token with the role's scopes. */
type Ask = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly text: string }>;
const asPerson = new Map<Role, Ask>();
const asToken = new Map<Role, Ask>();
let owner: Ask = () => Promise.reject(new Error("nobody yet"));

/** Streams are not read to their end, which never comes. */
async function ask(path: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await people.fetch(path, init);
  if (answer.headers.get("content-type")?.startsWith("text/event-stream") === true) {
    await answer.body?.cancel();
    return { status: answer.status, text: "" };
  }
  return { status: answer.status, text: await answer.text() };
}

function caller(headers: Readonly<Record<string, string>>): Ask {
  return (method, path, body) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    return ask(path, { method, headers: { ...headers, "content-type": "application/json" }, ...text });
  };
}

beforeAll(async () => {
  people = await openPeople();
  const founder = await people.person();
  const name = freshName();
  at = `/o/${name}`;
  const { organisation } = (await founder.call("POST", "/v1/organisations", { name })).json;
  owner = caller(founder.headers);
  for (const [type, plural, names] of [
    ["Zone", "zones", ["east", "west"]],
    ["Mesh", "meshes", ["pay", "shop"]],
  ] as const)
    for (const one of names) await owner("PUT", `${at}/${plural}/${one}`, { type, name: one });
  for (const role of ROLES) {
    const person: Person = await people.person({ name: role });
    const since = new Date(people.plane.now).toISOString();
    await people.plane.store.members.addMember({ organisation: organisation.id, user: person.id, role, since });
    asPerson.set(role, caller(person.headers));
    const token = await owner("POST", `${at}/v1/tokens`, { name: role, scopes: scopesOf(role) });
    asToken.set(role, caller({ authorization: `Bearer ${JSON.parse(token.text).token}` }));
  }
});
afterAll(() => people.close());

const CALLERS = [
  ["a person", asPerson],
  ["a token", asToken],
] as const;

describe.each(CALLERS)("%s", (_who, asks) => {
  test.each(ROLES)(
    "as %s is let through where the rule book says so, and refused elsewhere, on every route",
    async (role) => {
      const call = asks.get(role) as Ask;
      let count = 0;
      const rows = wholeRoutes();
      for (const { name, route, path, kind } of operations()) {
        if (route.auth !== "api") continue;
        const rule = RULES[name as ApiRoute];
        expect(rule, `the rule book has no row for ${name}`).toBeDefined();
        if (rule === "placed") continue;
        const filled = path.replace("{organisation}", at.slice(3)).replaceAll(/\{\w+\}/g, "none");
        const { status, text } = await call(
          route.method.toUpperCase(),
          filled,
          rows[name].body === undefined ? undefined : {},
        );
        const shown = `${role}: ${route.method} ${filled}: ${text.slice(0, 300)}`;
        if (mayCall(role, rule, kind?.type ?? null)) expect([401, 403], shown).not.toContain(status);
        else expect(status, shown).toBe(403);
        count += 1;
      }
      expect(count).toBeGreaterThan(300);
    },
  );

  test.each(ROLES)("as %s changes what is its own to change, and nothing else", async (role) => {
    const call = asks.get(role) as Ask;
    for (const subject of SUBJECTS) {
      const { body, path, what } = subject;
      const { type, name, mesh } = body;
      const url = `${at}/${path}/${name}`;
      const allowed = mayChange(role, subject);
      const key = { type, name, ...(mesh !== undefined && { mesh }) };
      const standing = await owner("GET", url);
      const told = async (deed: string, answer: ReturnType<Ask>): Promise<void> => {
        const { status, text } = await answer;
        const shown = `${role}: ${deed} ${what}: ${text.slice(0, 300)}`;
        if (allowed) expect([200, 201], shown).toContain(status);
        else expect(status, shown).toBe(403);
      };
      expect(standing.status, what).toBe(404);
      await told("plan", call("POST", `${at}/v1/plan`, { put: [{ resource: body }] }));
      await told("lint", call("POST", `${at}/v1/lint`, { put: [{ resource: body }] }));
      await told("put", call("PUT", url, body));
      if (!allowed) expect((await owner("PUT", url, body)).status, what).toBe(201);
      await told("put anew", call("POST", `${at}/v1/changes`, { put: [{ resource: body }] }));
      await told("plan to delete", call("POST", `${at}/v1/plan`, { delete: [key] }));
      await told("delete among others", call("POST", `${at}/v1/changes`, { delete: [key] }));
      if (allowed) expect((await owner("PUT", url, body)).status, what).toBe(201);
      await told("delete", call("DELETE", url));
      if (!allowed) expect((await owner("DELETE", url)).status, what).toBe(200);
    }
  });

  test.each(ROLES)("as %s changes a mesh that stands where it is its own, and ends none that is not", async (role) => {
    const call = asks.get(role) as Ask;
    for (const mesh of ["pay", "shop"]) {
      const put = await call("PUT", `${at}/meshes/${mesh}`, { type: "Mesh", name: mesh, labels: { by: "somebody" } });
      expect([200, 403], put.text).toContain(put.status);
      expect([role, mesh, put.status === 200]).toEqual([role, mesh, mayChange(role, { mesh, zone: null })]);
      const removal = await call("POST", `${at}/v1/plan`, { delete: [{ type: "Mesh", name: mesh }] });
      expect([role, mesh, removal.status !== 403]).toEqual([role, mesh, isAdmin(role) || role === "editor"]);
    }
  });

  test.each(ROLES)("as %s issues tokens of the proxies that it may write", async (role) => {
    const call = asks.get(role) as Ask;
    for (const mesh of ["pay", "shop"])
      for (const zone of [null, "east", "west"]) {
        const tags = zone === null ? {} : { "kuma.io/zone": [zone] };
        const { status } = await call("POST", `${at}/tokens/dataplane`, { mesh, tags, validFor: "1m" });
        expect([role, mesh, zone, status]).toEqual([role, mesh, zone, mayChange(role, { mesh, zone }) ? 200 : 403]);
      }
  });
});
