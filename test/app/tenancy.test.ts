// Every route, called by another organisation: refused, and alike whether what is asked for is there or not.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operation, operations } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { kindOfPath } from "#model/kinds.ts";
import { fill, ITEMS } from "#test/full-organisation.ts";
import { openPeople, type PeoplePlane } from "./people.ts";
import { enrolRelay, type Relay, relayOf } from "./relay.ts";
import { type Answer, call, createOrganisation, type Organisation, organisationOf, timeout } from "./subject.ts";

type Caller = "token" | "member" | "viewer" | "relay" | "enrolment token" | "session of a token" | "nobody";
type Headers = Readonly<Record<string, string>>;

let people: PeoplePlane;
let mine: Organisation;
let theirs: Organisation;
let relays: { readonly mine: Relay; readonly theirs: Relay };
const callers = new Map<Caller, (method: string, path: string, body: string) => Promise<Headers>>();
/** What stands in the first organisation, by operation and parameter, or by parameter alone. */
const standing: Record<string, string> = {};
/** What a person of the first organisation has. */
const own: Record<string, string> = {};

const READS = ["/meshes", "/zones", "/dataplanes", "/meshtimeouts", "/secrets", "/v1/revisions?size=100", "/v1/tokens"];
const MORE = ["/v1/members", "/v1/relays", "/v1/webhooks", "/v1/plans", "/v1/invitations"];
const stateOf = async ({ call: ask }: Organisation): Promise<string> =>
  (await Promise.all([...READS, ...MORE].map(async (path) => (await ask("GET", path)).text))).join("\n");

beforeAll(async () => {
  people = await openPeople();
  const ann = await people.person();
  const founded = await ann.call("POST", "/v1/organisations", { name: "theirs" });
  expect(founded.status, founded.text).toBe(201);
  const minted = await ann.call("POST", "/o/theirs/v1/tokens", { name: "all", scopes: ["admin"] });
  expect(minted.status, minted.text).toBe(201);
  theirs = organisationOf(people, "theirs", founded.json.organisation.id, minted.json.token);
  mine = await createOrganisation(people, "mine");
  await mine.call("PUT", "/meshes/own", { type: "Mesh", name: "own" });
  relays = { theirs: await enrolRelay(people, theirs, "east"), mine: await enrolRelay(people, mine, "north") };
  await fill(theirs);
  const plan = await theirs.call("POST", "/v1/plan", { put: [{ resource: timeout("default", "planned") }] });
  const hook = await theirs.call("POST", "/v1/webhooks", {
    url: "https://receiver.example/in",
    events: ["revision.committed"],
  });
  const invited = await theirs.call("POST", "/v1/invitations", { email: "new@example.com", role: "viewer" });
  const tokens = await theirs.call("GET", "/v1/tokens");
  Object.assign(standing, {
    ...{ mesh: "default", zone: "east", relay: relays.theirs.relay, user: ann.id, inbound: "8080", outbound: "10001" },
    ...{
      serviceType: "meshservices",
      kri: "kri_m____default_",
      route: "some-route",
      type: "MeshTimeout",
      revision: "1",
    },
    id: tokens.json.items[0].id,
    ...{ getPlan: plan.json.id, approvePlan: plan.json.id, withdrawApproval: plan.json.id },
    ...{ revokeInvitation: invited.json.id, name: "backend" },
    ...Object.fromEntries(
      ["deleteWebhook", "rotateWebhook", "testWebhook", "replayWebhook", "webhookDeliveries"].map((one) => [
        one,
        hook.json.id,
      ]),
    ),
  });
  for (const one of ["plan", "hook", "invited"] as const)
    expect({ plan, hook, invited }[one].status, one).toBeLessThan(300);
  const bo = await people.person();
  const cy = await people.person();
  const since = new Date(people.plane.now).toISOString();
  await people.plane.store.members.addMember({ organisation: mine.id, user: bo.id, role: "owner", since });
  await people.plane.store.members.addMember({ organisation: mine.id, user: cy.id, role: "viewer", since });
  const enrolment = await mine.call("POST", "/v1/zones/north/enrolment-tokens", {});
  callers.set("token", async () => ({ authorization: `Bearer ${mine.token}` }));
  callers.set("member", async () => bo.headers);
  callers.set("viewer", async () => cy.headers);
  callers.set("relay", (method, path, body) => relays.mine.prove(method, path, body));
  callers.set("enrolment token", async () => ({ authorization: `Bearer ${enrolment.json.token}` }));
  callers.set("session of a token", async () => ({
    cookie: `__Host-weft-session=${mine.token}`,
    "sec-fetch-site": "same-origin",
  }));
  callers.set("nobody", async () => ({}));
  const session = await ann.call("GET", "/v1/account/sessions");
  Object.assign(own, { session: session.json.items[0]?.id ?? "s" });
});
afterAll(() => people.close());

/** The path with what stands, and with what does not. */
function pathsOf({ path, name, kind }: Operation, organisation: string): readonly [string, string] {
  const item = ITEMS.get(kind?.type ?? "");
  const filled = (param: string): string => {
    const before = kindOfPath(/([^/]+)\/\{name\}/.exec(path)?.[1]?.split("+")[0] ?? "")?.type ?? "";
    const named = item ?? (before === "Zone" ? { name: "east" } : ITEMS.get(before));
    if (param === "name" && named !== undefined) return named.name;
    if (param === "mesh" && item?.mesh !== undefined) return item.mesh;
    return standing[param === "id" ? name : param] ?? standing[param] ?? own[param] ?? "x";
  };
  const with_ = (of: (param: string) => string): string =>
    path.replaceAll(/\{(\w+)\}/g, (_, param: string) =>
      encodeURIComponent(param === "organisation" ? organisation : of(param)),
    );
  return [with_(filled), with_(absentFor)];
}

/** Of the same form; what is no id of anything stays as it is. */
const absentFor = (param: string): string =>
  ({ kri: "kri_m____absent_", revision: "1", serviceType: "meshservices", type: "MeshTimeout" })[param] ?? "absent";

/** The answer without what differs between any two: the request's id, and what was asked for. */
function toldOf({ status, text }: Answer, path: string): string {
  const parts = path
    .split("/")
    .slice(3)
    .map(decodeURIComponent)
    .filter((part) => part.length > 2);
  const bare = parts.reduce((told, part) => told.replaceAll(part, "…"), text.replace(/"instance": "\w+"/, ""));
  return `${status} ${bare}`;
}

const WHOLE = wholeRoutes();

async function ask(caller: Caller, operation: Operation, path: string): Promise<Answer> {
  const { route } = operation;
  const method = route.method.toUpperCase();
  const body =
    WHOLE[operation.name].body === undefined ? "" : JSON.stringify(ITEMS.get(operation.kind?.type ?? "") ?? {});
  const proofs = await (callers.get(caller) as NonNullable<ReturnType<typeof callers.get>>)(method, path, body);
  return call(people, method, path, { headers: proofs, ...(body === "" ? {} : { body }) });
}

const API = operations().filter(({ route }) => route.auth === "api");
const CALLERS: readonly Caller[] = [
  "token",
  "member",
  "viewer",
  "relay",
  "enrolment token",
  "session of a token",
  "nobody",
];

const LOOKED_UP: ReadonlySet<Caller> = new Set(["token", "member"]);

describe("at the other organisation's address", () => {
  test.each(CALLERS)(
    "a %s of another one is refused on every route, alike for what is there and what is not",
    async (caller) => {
      const before = await stateOf(theirs);
      for (const operation of API) {
        const answers: string[] = [];
        const [there, absent] = pathsOf(operation, "theirs");
        // Who is refused before anything is looked up is asked once.
        const more = LOOKED_UP.has(caller) ? [absent, pathsOf(operation, "nobody-has-this")[1]] : [];
        for (const path of [there, ...more]) {
          const answer = await ask(caller, operation, path);
          const shown = `${operation.route.method} ${path}: ${answer.text.slice(0, 300)}`;
          expect([401, 403, 404], shown).toContain(answer.status);
          answers.push(toldOf(answer, path));
        }
        expect(new Set(answers).size, `${operation.path}: ${answers.join("\n")}`).toBe(1);
      }
      expect(await stateOf(theirs)).toBe(before);
    },
  );
});

describe("at one's own address", () => {
  // Numbers of revisions and types are no ids of anything; what is put is made.
  const asked = API.filter(
    ({ path, route, name }) =>
      /\{(?!organisation|type\}|revision)/.test(path.replace("{organisation}", "o")) &&
      route.method !== "put" &&
      name !== "getRevision",
  );

  test.each(["token", "member"] as const)(
    "a %s is told of another's ids what it is told of those that nobody has",
    async (caller) => {
      const before = await stateOf(theirs);
      let count = 0;
      for (const operation of asked) {
        const [there, absent] = pathsOf(operation, "mine");
        const answers: string[] = [];
        for (const path of [there, absent]) answers.push(toldOf(await ask(caller, operation, path), path));
        expect(answers[0], `${operation.route.method} ${there}`).toBe(answers[1]);
        count += 1;
      }
      expect(count).toBeGreaterThan(250);
      expect(await stateOf(theirs)).toBe(before);
    },
  );
});

test.each(CALLERS.filter((caller) => caller !== "member" && caller !== "viewer"))(
  "routes of the operator and of people refuse a %s",
  async (caller) => {
    for (const operation of operations()) {
      const { auth } = operation.route;
      if (auth !== "operator" && auth !== "person" && auth !== "founder") continue;
      const [path] = pathsOf(operation, "theirs");
      const answer = await ask(caller, operation, path);
      expect([401, 403], `${operation.route.method} ${path}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
    }
  },
);

test("a person is told of another's sessions, passkeys and logins what it is told of those that nobody has", async () => {
  const before = await people.plane.store.accounts.listSessions(standing.user ?? "", new Date(0).toISOString());
  for (const operation of operations()) {
    if (operation.route.auth !== "person" || !/\{\w+\}/.test(operation.path)) continue;
    const [there, absent] = pathsOf(operation, "theirs");
    const answers: string[] = [];
    for (const path of [there, absent]) answers.push(toldOf(await ask("member", operation, path), path));
    expect(answers[0], `${operation.route.method} ${there}`).toBe(answers[1]);
  }
  expect(await people.plane.store.accounts.listSessions(standing.user ?? "", new Date(0).toISOString())).toEqual(
    before,
  );
});

test("a relay that says it is another organisation's is refused as one that nobody has", async () => {
  const before = await stateOf(theirs);
  const { tenant, zone, relay, controlPlane } = relays.theirs;
  const { keys } = relays.mine;
  let count = 0;
  for (const { name, route, path } of operations()) {
    if (route.auth !== "relay") continue;
    const answers: string[] = [];
    for (const as of [{ relay }, { relay: "nobody" }]) {
      const forged = relayOf(people, { tenant, zone, controlPlane, ...as }, keys);
      const answer = await forged.call(
        route.method.toUpperCase(),
        path,
        WHOLE[name].body === undefined ? {} : { body: {} },
      );
      expect(answer.status, answer.text).toBe(401);
      answers.push(toldOf(answer, path));
    }
    expect(answers[0]).toBe(answers[1]);
    count += 1;
  }
  expect(count).toBeGreaterThan(4);
  expect(await stateOf(theirs)).toBe(before);
});
