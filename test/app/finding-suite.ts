// Lists of proxies and search over HTTP: filters, order, pages, and only what the caller may read.
import { expect, test } from "vitest";
import type { ProxyPageBody, SearchBody } from "#api/proxy-list.ts";
import { createReportingRelay } from "./reporting-relay.ts";
import {
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  type Organisation,
  type Subject,
  timeout,
} from "./subject.ts";

async function proxiesOf(organisation: Organisation, query = ""): Promise<ProxyPageBody> {
  const answer = await organisation.call("GET", `/v1/proxies${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

async function searchOf(organisation: Organisation, q: string): Promise<SearchBody> {
  const answer = await organisation.call("GET", `/v1/search?q=${encodeURIComponent(q)}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

const namesOf = ({ items }: { items: readonly { name: string }[] }) => items.map(({ name }) => name);

export function findingSuite(subject: () => Subject): void {
  test("proxies by state, zone, service, name and what they refuse, in any order, in pages", async () => {
    const organisation = await createOrganisation(subject());
    const { relay, joined, report } = await createReportingRelay(subject(), organisation);
    await report({ events: [joined("web-1", 1), joined("web-2", 2)] });
    const api = dataplane("default", "api-1", "api", { "kuma.io/zone": "east" });
    await organisation.call("PUT", "/meshes/default/dataplanes/api-1", api);
    const revision = (await organisation.call("GET", "/v1/revisions")).json.items[0].revision;
    const spread = { count: 0, max: 0, buckets: [] };
    const laggards = [{ proxy: "default.web-2", reason: "no such filter", state: "nacked", since: revision }];
    const counts = { acked: 1, nacked: 1, pending: 0, absent: 0, untouched: 0 };
    await report({
      revisions: [
        { epoch: 1, revision, sequence: 99, answeredAt: 1, ...counts, pushed: spread, taken: spread, laggards },
      ],
    });

    const all = await proxiesOf(organisation);
    expect(all).toMatchObject({
      total: 3,
      next: null,
      states: { total: 3, online: 2, offline: 1, degraded: 0, unknown: 0 },
    });
    expect(all.items).toMatchObject([
      {
        type: "Dataplane",
        mesh: "default",
        name: "api-1",
        zone: "east",
        state: "offline",
        relay: null,
        services: ["api"],
      },
      { name: "web-1", zone: "east", state: "online", relay: relay.relay, refuses: null, address: "10.0.0.1" },
      { name: "web-2", refuses: { words: "no such filter", revision } },
    ]);
    expect(namesOf(await proxiesOf(organisation, "?state=online&sort=-name"))).toEqual(["web-2", "web-1"]);
    expect((await proxiesOf(organisation, "?state=online")).states).toMatchObject({ online: 2, offline: 1 });
    expect(namesOf(await proxiesOf(organisation, "?service=api"))).toEqual(["api-1"]);
    expect(namesOf(await proxiesOf(organisation, "?name=WEB"))).toEqual(["web-1", "web-2"]);
    expect(namesOf(await proxiesOf(organisation, "?refuses=true"))).toEqual(["web-2"]);
    expect(namesOf(await proxiesOf(organisation, "?refuses=false&sort=state"))).toEqual(["api-1", "web-1"]);
    expect(namesOf(await proxiesOf(organisation, "?zone=west"))).toEqual([]);
    const first = await proxiesOf(organisation, "?size=2");
    expect([namesOf(first), new URL(first.next ?? "").search]).toEqual([["api-1", "web-1"], "?size=2&offset=2"]);
    expect(namesOf(await proxiesOf(organisation, "?size=2&offset=2"))).toEqual(["web-2"]);
    const wrong = await organisation.call("GET", "/v1/proxies?state=well&sort=age&refuses=no&type=Mesh");
    expect([wrong.status, wrong.json.invalid_parameters.map(({ field }: { field: string }) => field)]).toEqual([
      400,
      ["type", "state", "refuses", "sort"],
    ]);
    await report({ presence: "leaving" });
    expect((await proxiesOf(organisation, "?state=unknown")).total).toBe(3);
  });

  test("search finds resources, services, proxies, zones, revisions and tokens, the best first", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    await organisation.call("PUT", "/meshes/default/meshtimeouts/web-slow", timeout("default", "web-slow"));
    await organisation.call("PUT", "/meshes/default/meshtimeouts/slow", timeout("default", "slow"));
    const web = dataplane("default", "web-1", "web", { "kuma.io/zone": "east" });
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", web);
    await organisation.call("POST", "/v1/tokens", { name: "web-ci", scopes: ["read"] });
    const found = await searchOf(organisation, "web");
    expect(found.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "service web",
      "proxy web-1",
      "resource web-slow",
      "token web-ci",
    ]);
    expect(namesOf(await searchOf(organisation, "slow"))).toEqual(["slow", "web-slow"]);
    expect(namesOf(await searchOf(organisation, "MeshTimeout web"))).toEqual(["web-slow"]);
    expect((await searchOf(organisation, "east")).items[0]).toMatchObject({ kind: "zone", name: "east" });
    expect((await searchOf(organisation, "2")).items[0]).toMatchObject({ kind: "revision", name: "2" });
    const answer = await organisation.call("GET", "/v1/search?q=e&size=1");
    expect([answer.json.items.length, answer.json.total > 1]).toEqual([1, true]);
    for (const q of ["", "%20"]) expect((await organisation.call("GET", `/v1/search?q=${q}`)).status).toBe(400);
  });

  test("nobody finds what they may not read, nor what is another organisation's", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    await createMesh(mine, "ours");
    await mine.call("PUT", "/meshes/ours/secrets/hidden-key", {
      type: "Secret",
      mesh: "ours",
      name: "hidden-key",
      data: "aGk=",
    });
    await mine.call("POST", "/v1/tokens", { name: "hidden-token", scopes: ["read"] });
    expect(namesOf(await searchOf(mine, "hidden"))).toEqual(["hidden-key", "hidden-token"]);
    const reader = mine.as(await createToken(mine, ["read"]));
    expect(namesOf(await searchOf(reader, "hidden"))).toEqual([]);
    expect((await searchOf(other, "ours")).total).toBe(0);
    expect((await proxiesOf(other)).total).toBe(0);
    const stranger = mine.as(other.token);
    const powerless = mine.as(await createToken(mine, ["token:dataplane"]));
    for (const path of ["/v1/search?q=ours", "/v1/proxies"])
      expect([(await stranger.call("GET", path)).status, (await powerless.call("GET", path)).status]).toEqual([
        404, 403,
      ]);
  });
}
