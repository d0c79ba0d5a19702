// Every limit that is published is met, and says which it is; by the way that a caller meets it.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS, type LimitName } from "#model/limit/limit.ts";
import { openPeople, type PeoplePlane, type Person } from "./people.ts";
import { type Answer, call, createOrganisation, freshName, mesh, type Organisation, timeout } from "./subject.ts";

let people: PeoplePlane;
let ann: Person;
beforeAll(async () => {
  people = await openPeople();
  ann = await people.person();
});
afterAll(() => people.close());

/** An organisation of Ann's that may have so many. */
async function held(limits: Partial<Record<LimitName, number>>): Promise<Organisation> {
  const organisation = await createOrganisation(people);
  const set = await call(people, "PUT", `/v1/organisations/${organisation.name}/tier`, {
    token: people.operatorSecret,
    body: { tier: null, limits },
  });
  expect(set.status, set.text).toBe(200);
  return organisation;
}

async function invited({ call }: Organisation, email: string): Promise<string> {
  const made = await call("POST", "/v1/invitations", { email, role: "viewer" });
  expect(made.status, made.text).toBe(201);
  return new URL(made.json.link).searchParams.get("token") ?? "";
}

const put = (...resources: object[]): object => ({ put: resources.map((resource) => ({ resource })) });
const many = (count: number, mesh: string): object[] =>
  Array.from({ length: count }, (_, at) => timeout(mesh, `t-${at}`));
const padded = (bytes: number): object => mesh("default", { labels: { padding: "x".repeat(bytes) } });
const token = (name: string): object => ({ name, scopes: ["read"] });
const hook = { url: "https://receiver.example/", events: ["revision.committed"] };

/** What answers with the limit, or the test that meets it and looks at its name. */
const MET: Readonly<Record<LimitName, (() => Promise<Answer>) | string>> = {
  organisations: async () => {
    const founded = () => ann.call("POST", "/v1/organisations", { name: freshName() });
    for (let made = 0; made < LIMITS.organisations.most["self-hosted"]; made++)
      expect((await founded()).status).toBe(201);
    return founded();
  },
  meshes: async () => (await held({ meshes: 1 })).call("POST", "/v1/changes", put(mesh("a"), mesh("b"))),
  zones: async () => {
    const zone = (name: string): object => ({ type: "Zone", name });
    return (await held({ zones: 1 })).call("POST", "/v1/changes", put(zone("a"), zone("b")));
  },
  proxies: "test/control/limit/quota.test.ts",
  resources: async () => (await held({ resources: 1 })).call("POST", "/v1/changes", put(mesh("a"), ...many(2, "a"))),
  members: async () => {
    const organisation = await held({ members: 1 });
    const [first, second] = [await people.person(), await people.person()];
    const links = [await invited(organisation, first.email), await invited(organisation, second.email)];
    expect((await first.call("POST", `/v1/invitations/${links[0]}/accept`)).status).toBe(200);
    return second.call("POST", `/v1/invitations/${links[1]}/accept`);
  },
  invitations: async () => {
    const organisation = await held({ invitations: 1 });
    await invited(organisation, "one@example.com");
    return organisation.call("POST", "/v1/invitations", { email: "two@example.com", role: "viewer" });
  },
  // The organisation was made with one.
  tokens: async () => (await held({ tokens: 1 })).call("POST", "/v1/tokens", token("one")),
  webhooks: async () => {
    const organisation = await held({ webhooks: 1 });
    expect((await organisation.call("POST", "/v1/webhooks", hook)).status).toBe(201);
    return organisation.call("POST", "/v1/webhooks", hook);
  },
  // Nothing is refused: the oldest goes.
  plans: "test/store/contract/plan.ts",
  "change-resources": async () => {
    const half = LIMITS["change-resources"].most.free / 2;
    const gone = many(half + 1, "b").map((one) => ({ ...one, spec: undefined }));
    return (await held({})).call("POST", "/v1/changes", { ...put(...many(half, "a")), delete: gone });
  },
  "body-bytes": async () => (await held({})).call("PUT", "/meshes/default", padded(LIMITS["body-bytes"].most.free)),
  "change-bytes": async () =>
    (await held({})).call("POST", "/v1/changes", put(padded(LIMITS["change-bytes"].most.free))),
  "resource-bytes": async () => {
    const organisation = await held({});
    await organisation.call("PUT", "/meshes/default", mesh("default"));
    const data = "A".repeat(LIMITS["resource-bytes"].most.free);
    return organisation.call("PUT", "/meshes/default/secrets/large", {
      type: "Secret",
      mesh: "default",
      name: "large",
      data,
    });
  },
  "told-bytes": "test/control/limit/told.test.ts",
  "bell-relays": "test/node/bell.test.ts",
  "waiting-calls": "test/control/limit/turns.test.ts",
  "token-rate": "test/app/limit-suite.ts",
  "organisation-rate": "test/worker/app.test.ts",
  "relay-rate": "test/worker/app.test.ts",
  "address-rate": "test/worker/app.test.ts",
};

const STATUS = { count: 409, bytes: 413, rate: 429 } as const;

test.each(Object.entries(MET))("%s", async (name, met) => {
  const limit = LIMITS[name as LimitName];
  if (typeof met === "string") {
    expect(existsSync(met), met).toBe(true);
    if (name !== "plans") expect(readFileSync(met, "utf8")).toContain(name === "proxies" ? "proxies: 2" : `"${name}"`);
    return;
  }
  const answer = await met();
  expect(answer.status, answer.text.slice(0, 500)).toBe(name === "change-resources" ? 413 : STATUS[limit.unit]);
  expect(answer.json.limit).toMatchObject({ name, most: expect.any(Number) });
  expect(answer.json.detail).toMatch(/^[A-Z].+[a-z]$/);
  expect(answer.json.detail).toContain(String(answer.json.limit.most));
});
