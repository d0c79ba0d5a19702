// Pages of other sites: with a member's cookie they change nothing by any route, and no route's answer is theirs to read.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operation, operations } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { fill, ITEMS } from "#test/full-organisation.ts";
import { openPeople, type PeoplePlane, type Person } from "./people.ts";
import { type Answer, call, type Organisation, organisationOf } from "./subject.ts";

/** What browsers send with a call that a page of elsewhere makes, or that nobody can tell from one. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "another site": { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  "another host of the site": { "sec-fetch-site": "same-site", origin: "https://blog.weft.example" },
  "no page at all": { "sec-fetch-site": "none" },
  "an older browser on another site": { origin: "https://evil.example" },
  "an older browser on a name that begins alike": { origin: "https://weft.example.evil.example" },
  "an older browser on another port": { origin: "https://weft.example:8443" },
  "a sandbox": { origin: "null" },
  "what says neither": {},
  "two at once": { "sec-fetch-site": "same-origin, cross-site" },
};
const SILENT = "what says neither";
const READING = new Set(["get", "head"]);
/** A cookie does nothing there: a secret in the body does, or a challenge is given that stands nowhere. */
const WITHOUT_COOKIE: ReadonlySet<string> = new Set(["enrol", "passkeySignInOptions"]);

let people: PeoplePlane;
let ann: Person;
let organisation: Organisation;

beforeAll(async () => {
  people = await openPeople();
  ann = await people.person();
  const founded = await ann.call("POST", "/v1/organisations", { name: "acme" });
  expect(founded.status, founded.text).toBe(201);
  const minted = await ann.call("POST", "/o/acme/v1/tokens", { name: "all", scopes: ["admin"] });
  organisation = organisationOf(people, "acme", founded.json.organisation.id, minted.json.token);
  await organisation.call("PUT", "/zones/east", { type: "Zone", name: "east" });
  await fill(organisation);
});
afterAll(() => people.close());

const pathOf = ({ path, kind }: Operation): string => {
  const item = ITEMS.get(kind?.type ?? "");
  const known: Readonly<Record<string, string | undefined>> = {
    ...{ organisation: "acme", mesh: item?.mesh ?? "default", name: item?.name ?? "default", zone: "east" },
    ...{ type: "MeshTimeout", user: ann.id },
  };
  return path.replaceAll(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(known[param] ?? "x"));
};
const WHOLE = wholeRoutes();
const bodyOf = ({ kind, name }: Operation): unknown =>
  WHOLE[name].body === undefined ? undefined : (ITEMS.get(kind?.type ?? "") ?? {});
const stateOf = async (): Promise<string> => {
  const paths = ["/meshes", "/zones", "/meshtimeouts", "/v1/revisions?size=100", "/v1/members", "/v1/webhooks"];
  const texts = await Promise.all(paths.map(async (path) => (await organisation.call("GET", path)).text));
  return [...texts, (await ann.call("GET", "/v1/session")).text].join("\n");
};
const changing = [...operations()].filter(({ route }) => !READING.has(route.method));

describe.each(Object.entries(FOREIGN))("%s", (from, said) => {
  test("changes nothing with a member's cookie, by any route", async () => {
    const before = await stateOf();
    const counts = { forbidden: 0, unauthenticated: 0 };
    for (const operation of changing) {
      const { name, route } = operation;
      // Browsers say from where they open and close sessions: who says nothing is none.
      if (WITHOUT_COOKIE.has(name) || (route.auth === "none" && from === SILENT)) continue;
      const headers = { cookie: ann.headers.cookie ?? "", ...said };
      const body = bodyOf(operation);
      const answer: Answer = await call(people, route.method.toUpperCase(), pathOf(operation), {
        headers,
        ...(body === undefined ? {} : { body }),
      });
      if (route.auth === "operator" || route.auth === "relay") {
        expect([name, answer.status]).toEqual([name, 401]);
        counts.unauthenticated++;
      } else {
        expect([name, answer.status, answer.json?.detail]).toEqual([
          name,
          403,
          expect.stringMatching(/console's own pages/),
        ]);
        expect(answer.headers.get("set-cookie"), name).toBeNull();
        counts.forbidden++;
      }
    }
    expect(counts.forbidden).toBeGreaterThan(60);
    expect(counts.unauthenticated).toBeGreaterThan(5);
    expect(await stateOf()).toBe(before);
  });
});

test("the same calls are not refused for that where the console's own page makes them", async () => {
  const put = (headers: Readonly<Record<string, string>>) =>
    call(people, "PUT", "/o/acme/meshes/own", {
      headers: { cookie: ann.headers.cookie ?? "", ...headers },
      body: { type: "Mesh", name: "own" },
    });
  expect((await put({ "sec-fetch-site": "same-origin", origin: "https://weft.example" })).status).toBe(201);
  expect((await put({ origin: "https://weft.example" })).status).toBe(200);
});

test("no answer of any route is for another site's page to read, whatever it asks", async () => {
  const origin = "https://evil.example";
  const wished = { "access-control-request-method": "PUT", "access-control-request-headers": "authorization" };
  const more = ["/", "/console/", "/healthz", "/readyz", "/metrics", "/nowhere", "/o/acme/nowhere"];
  const paths = [...new Set([...operations()].map(pathOf)), ...more];
  let asked = 0;
  for (const path of paths)
    for (const [method, headers] of [
      ["OPTIONS", { origin, ...wished }],
      ["GET", { origin, cookie: ann.headers.cookie ?? "", "sec-fetch-site": "cross-site" }],
      ["POST", { origin, cookie: ann.headers.cookie ?? "", "sec-fetch-site": "cross-site" }],
    ] as const) {
      if (method === "GET" && path.endsWith("/v1/events")) continue;
      const answer = await call(people, method, path, { headers });
      const open = [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"));
      expect([method, path, open]).toEqual([method, path, []]);
      expect(answer.headers.get("cross-origin-resource-policy"), path).toBe("same-origin");
      asked++;
    }
  expect(asked).toBeGreaterThan(600);
});
