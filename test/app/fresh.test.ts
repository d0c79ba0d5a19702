// Asking again: which routes want a fresh sign-in of a person, when it is one, and that a token is not asked.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { operations } from "#api/routes.ts";
import { wholeRoutes } from "#api/told.ts";
import { FRESH } from "#app/fresh.ts";
import { openPersonSession } from "#app/person.ts";
import { START } from "#test/control/harness.ts";
import { openPeople, type PeoplePlane } from "./people.ts";
import { call, createOrganisation, freshName } from "./subject.ts";

let people: PeoplePlane;
beforeAll(async () => {
  people = await openPeople();
});
beforeEach(() => {
  people.plane.now = START;
});
afterAll(() => people.close());

const WHOLE = wholeRoutes();
const GRAVE = operations().filter(({ route }) => route.fresh === true);

test("what outlives a stolen session, or locks its owner out, wants one; nothing else does", () => {
  expect(GRAVE.map(({ name }) => name).sort()).toEqual([
    "addPasskey",
    "changeMember",
    "createInvitation",
    "createToken",
    "deleteAccount",
    "deleteLogin",
    "deletePasskey",
    "endOrganisation",
    "passkeyOptions",
  ]);
  for (const { name } of GRAVE)
    expect([name, WHOLE[name].faults]).toEqual([name, expect.arrayContaining(["unproved"])]);
});

test("an older sign-in is told to be made again before anything else is looked at, and a new one is enough", async () => {
  const ann = await people.person();
  const name = freshName();
  await ann.call("POST", "/v1/organisations", { name });
  const ask = (headers: Readonly<Record<string, string>>) =>
    Promise.all(
      GRAVE.filter((one) => one.name !== "deleteAccount").map(async ({ path, route, name: of }) => {
        const filled = path.replace("{organisation}", name).replaceAll(/\{\w+\}/g, "none");
        const body = WHOLE[of].body === undefined ? {} : { body: {} };
        const { status } = await call(people, route.method.toUpperCase(), filled, { headers, ...body });
        return [of, status === 428] as const;
      }),
    );
  people.plane.now = START + FRESH - 1;
  expect((await ask(ann.headers)).filter(([, refused]) => refused)).toEqual([]);
  people.plane.now = START + FRESH;
  expect((await ask(ann.headers)).filter(([, refused]) => !refused)).toEqual([]);
  const refused = await ann.call("DELETE", "/v1/account");
  expect([refused.status, refused.json.title]).toEqual([428, "Sign in again"]);
  expect((await ann.call("GET", "/v1/account/passkeys")).status).toBe(200);

  const request = new Request(people.url);
  const again = (await openPersonSession({ app: people.options, request }, ann.id)).split(";")[0] ?? "";
  const headers = { ...ann.headers, cookie: again };
  expect((await ask(headers)).filter(([, wanted]) => wanted)).toEqual([]);
});

test("a token has no sign-in, and its holder types the name", async () => {
  const organisation = await createOrganisation(people);
  people.plane.now = START + 10 * FRESH;
  const token = await organisation.call("POST", "/v1/tokens", { name: "ci", scopes: ["read"] });
  expect(token.status, token.text).toBe(201);
  const ended = await organisation.call("POST", "/v1/deletion", { name: organisation.name });
  expect(ended.status, ended.text).toBe(200);
});
