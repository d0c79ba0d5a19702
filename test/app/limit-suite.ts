// Limits over HTTP: told to everybody, set by the operator, refused with their name, and rates with the time to come again.
import { expect, test } from "vitest";
import { LIMITS, RATE_WINDOW } from "#model/limit/limit.ts";
import { call, createOrganisation, createToken, mesh, type Organisation, type Subject } from "./subject.ts";

export function limitSuite(subject: () => Subject): void {
  const setTier = (organisation: Organisation, body: object, token = subject().operatorSecret) =>
    call(subject(), "PUT", `/v1/organisations/${organisation.name}/tier`, { token, body });

  test("everybody is told the limits of each tier", async () => {
    const { status, json } = await call(subject(), "GET", "/v1/limits");
    expect(status).toBe(200);
    expect(json).toMatchObject({ usual: "self-hosted", window: RATE_WINDOW });
    expect(json.limits.map(({ name }: { name: string }) => name)).toEqual(Object.keys(LIMITS));
    expect(json.limits[1]).toEqual({
      name: "meshes",
      unit: "count",
      per: "organisation",
      what: "meshes",
      most: { free: LIMITS.meshes.most.free, team: LIMITS.meshes.most.team, "self-hosted": null },
    });
  });

  test("the operator alone gives a tier, and the organisation sees what it may have", async () => {
    const organisation = await createOrganisation(subject());
    expect((await setTier(organisation, { tier: "team" }, organisation.token)).status).toBe(401);
    expect((await organisation.call("GET", "/v1/usage")).json).toMatchObject({ tier: "self-hosted" });
    const set = await setTier(organisation, { tier: "team", limits: { meshes: 250 } });
    expect(set.status, set.text).toBe(200);
    expect(set.json).toMatchObject({
      organisation: organisation.name,
      tier: "team",
      limits: { meshes: 250 },
      holds: { tier: "team", limits: { meshes: 250, zones: LIMITS.zones.most.team } },
    });
    const { json } = await organisation.call("GET", "/v1/usage");
    expect(json.tier).toBe("team");
    expect(json.items).toContainEqual({ what: "meshes", used: 0, limit: 250 });
    expect(json.rates).toContainEqual({ what: "token-rate", limit: LIMITS["token-rate"].most.team });
    const wrong = await setTier(organisation, { tier: "gold", limits: { "body-bytes": 1 } });
    expect([wrong.status, wrong.json.invalid_parameters.length]).toEqual([400, 2]);
    expect((await setTier({ ...organisation, name: "nobody" }, { tier: null })).status).toBe(404);
    const back = await setTier(organisation, { tier: null });
    expect(back.json).toMatchObject({ tier: null, limits: {}, holds: { tier: "self-hosted" } });
  });

  test("what would be too many is a 409 that names the limit and what there is", async () => {
    const organisation = await createOrganisation(subject());
    await setTier(organisation, { tier: "free", limits: { meshes: 1 } });
    expect((await organisation.call("PUT", "/meshes/a", mesh("a"))).status).toBe(201);
    const refused = await organisation.call("PUT", "/meshes/b", mesh("b"));
    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({
      title: "Could not add to meshes",
      detail:
        "The tier free allows an organisation 1 meshes, and there are 1: delete one first, or ask the operator for more",
      limit: { name: "meshes", most: 1, used: 1 },
    });
    expect((await organisation.call("GET", "/meshes/b")).status).toBe(404);
  });

  test("who asks too often is told by whom, and when to come again; others go on", async () => {
    const organisation = await createOrganisation(subject());
    const busy = organisation.as(await createToken(organisation, ["read"]));
    await setTier(organisation, { tier: "free", limits: { "token-rate": 1 } });
    const first = await busy.call("GET", "/meshes");
    expect(first.headers.get("ratelimit-policy")).toBe(
      `"token-rate";q=${RATE_WINDOW};w=${RATE_WINDOW}, "organisation-rate";q=${LIMITS["organisation-rate"].most.free * RATE_WINDOW};w=${RATE_WINDOW}`,
    );
    expect(first.headers.get("ratelimit")).toMatch(/^"token-rate";r=\d+;t=\d+, "organisation-rate";r=\d+;t=\d+$/);
    const answers = await Promise.all(Array.from({ length: 3 * RATE_WINDOW }, () => busy.call("GET", "/meshes")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(RATE_WINDOW);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const [told] = refused;
    expect(told?.json).toMatchObject({ status: 429, limit: { name: "token-rate", most: 1 } });
    expect(Number(told?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(told?.headers.get("ratelimit")).toMatch(/^"token-rate";r=0;t=\d+$/);
    const other = await organisation.call("GET", "/meshes");
    expect(other.status).toBe(200);
  });
}
