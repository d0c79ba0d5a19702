// The organisation's overview over HTTP: what there is, how it stands, and what needs attention first.
import { expect, test } from "vitest";
import type { OverviewBody } from "#api/overview.ts";
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

async function overviewOf(organisation: Organisation): Promise<OverviewBody> {
  const answer = await organisation.call("GET", "/v1/overview");
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

const NONE = { total: 0, online: 0, degraded: 0, offline: 0, unknown: 0 };
const kindsOf = ({ problems }: OverviewBody) => problems.items.map(({ kind }) => kind);

export function overviewSuite(subject: () => Subject): void {
  test("an empty organisation, then one with a mesh and a zone without relays", async () => {
    const organisation = await createOrganisation(subject());
    expect(await overviewOf(organisation)).toMatchObject({
      revision: 0,
      counts: { meshes: 0, services: 0, proxies: NONE, gates: NONE, zones: { total: 0 }, relays: { total: 0 } },
      problems: { total: 0, items: [] },
      revisions: [],
    });
    await createMesh(organisation);
    const then = await overviewOf(organisation);
    expect(then.counts).toMatchObject({ meshes: 1, zones: { total: 1, online: 0, unknown: 0, empty: 1 } });
    expect(then.revisions[0]).toMatchObject({ revision: then.revision, state: "delivered" });
    expect(kindsOf(then)).toEqual(["zone.empty"]);
    expect(then.problems).toMatchObject({ total: 1, bySeverity: { error: 0, warning: 0, info: 1 } });
  });

  test("what an Envoy refuses comes first, and goes with the zone that is out of contact", async () => {
    const organisation = await createOrganisation(subject());
    const { joined, report } = await createReportingRelay(subject(), organisation);
    await report({ events: [joined("web-1", 1), joined("web-2", 2)] });
    const offline = dataplane("default", "api-1", "api", { "kuma.io/zone": "east" });
    expect((await organisation.call("PUT", "/meshes/default/dataplanes/api-1", offline)).status).toBe(201);
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    const { revision } = await overviewOf(organisation);
    const spread = { count: 1, max: 40, buckets: [[42, 1]] };
    const words = "Error adding/updating listener(s) l: no such filter";
    const laggard = { proxy: "default.web-1", reason: words, state: "nacked", since: revision };
    const told = {
      ...{ epoch: 1, revision, sequence: 99, answeredAt: Date.now(), acked: 1, nacked: 1, pending: 0, absent: 0 },
      ...{ untouched: 0, pushed: spread, taken: spread, laggards: [laggard] },
    };
    await report({ revisions: [told] });

    const standing = await overviewOf(organisation);
    expect(standing.counts).toMatchObject({
      services: 2,
      proxies: { total: 3, online: 2, degraded: 0, offline: 1, unknown: 0 },
      zones: { total: 1, online: 1, unknown: 0, empty: 0 },
      relays: { total: 1, online: 1 },
    });
    expect(standing.meshes).toEqual([{ name: "default", services: 2, proxies: standing.counts.proxies }]);
    expect(standing.zones).toMatchObject([{ name: "east", state: "online", lastContact: null }]);
    expect(standing.revisions[0]).toMatchObject({ revision, state: "rejected", proxies: { acked: 1, nacked: 1 } });
    expect(kindsOf(standing)).toEqual(["service.down", "proxy.rejected", "proxy.offline", "lint.warning"]);
    expect(standing.problems.items.slice(0, 2)).toMatchObject([
      { severity: "error", about: { mesh: "default", name: "api" } },
      { severity: "error", words, count: 1, about: { mesh: "default", name: "web-1", zone: "east", revision } },
    ]);

    await report({ presence: "leaving" });
    const dark = await overviewOf(organisation);
    expect(dark.counts).toMatchObject({
      proxies: { total: 3, online: 0, degraded: 0, offline: 0, unknown: 3 },
      zones: { total: 1, online: 0, unknown: 1, empty: 0 },
      relays: { total: 1, online: 0 },
    });
    expect(kindsOf(dark)).toEqual(["zone.unknown", "lint.warning"]);
    expect(dark.problems.items[0]).toMatchObject({
      severity: "error",
      about: { zone: "east" },
      since: expect.any(String),
    });
    expect(dark.zones).toMatchObject([{ state: "unknown", lastContact: dark.problems.items[0]?.since }]);
  });

  test("how far a relay is behind what there is for it is told of its zone", async () => {
    const organisation = await createOrganisation(subject());
    const { relay, report } = await createReportingRelay(subject(), organisation);
    const told = async () => {
      const { json } = await organisation.call("GET", "/v1/zones/east/relays");
      const { revision, sequence, holds } = json.items.find(({ id }: { id: string }) => id === relay.relay);
      return { revision, sequence, holds };
    };
    const first = await told();
    expect(first.holds).toBeNull();
    const spread = { count: 0, max: 0, buckets: [] };
    const row = (revision: number, sequence: number): object => ({
      ...{ epoch: 1, revision, sequence, acked: 0, nacked: 0, pending: 0, absent: 0, untouched: 0 },
      ...{ pushed: spread, taken: spread, laggards: [] },
    });
    await report({ revisions: [row(1, 1)] });
    expect((await told()).holds).toEqual({ revision: 1, sequence: 1 });
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    const { revision } = await overviewOf(organisation);
    await expect.poll(async () => (await told()).revision).toBe(revision);
    const behind = await told();
    expect(behind.holds).toEqual({ revision: 1, sequence: 1 });
    expect(behind.sequence).toBeGreaterThan(first.sequence);
    const delivery = { epoch: 1, sequence: behind.sequence + 3, acked: 1, nacked: 0, pending: 0, laggards: [] };
    await report({ revisions: [row(revision, behind.sequence)], delivery });
    expect((await told()).holds).toEqual({ revision, sequence: behind.sequence + 3 });
    const all = (await organisation.call("GET", "/v1/relays")).json.items;
    expect(all[0].holds, "only where one zone is asked for").toBeUndefined();
  });

  test("plans are told of as long as they wait for approval", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const control = { type: "ChangeControl", mesh: "default", name: "four-eyes", spec: { approvals: { required: 1 } } };
    const made = await organisation.call("PUT", "/meshes/default/changecontrols/four-eyes", control);
    expect(made.status, made.text).toBe(201);
    const author = organisation.as(await createToken(organisation, ["write"]));
    const plan = await author.call("POST", "/v1/plan", {
      put: [{ resource: timeout("default", "t") }],
      reason: "slower",
    });
    expect(plan.status, plan.text).toBeLessThan(300);
    const waiting = (await overviewOf(organisation)).problems.items.filter(({ kind }) => kind === "plan.waiting");
    expect(waiting).toMatchObject([{ severity: "warning", about: { plan: plan.json.id, mesh: "default" } }]);
    const approver = organisation.as(await createToken(organisation, ["plan:approve"]));
    expect((await approver.call("POST", `/v1/plans/${plan.json.id}/approvals`)).status).toBeLessThan(300);
    expect(kindsOf(await overviewOf(organisation))).not.toContain("plan.waiting");
    expect(kindsOf(await overviewOf(organisation.as(await createToken(organisation, ["read"]))))).toContain(
      "zone.empty",
    );
  });

  test("is for readers of the organisation", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    await createMesh(mine, "ours");
    expect((await mine.as(other.token).call("GET", "/v1/overview")).status).toBe(404);
    expect((await mine.as(await createToken(mine, ["token:dataplane"])).call("GET", "/v1/overview")).status).toBe(403);
    expect((await other.call("GET", "/v1/overview")).text).not.toContain("ours");
    const reader = mine.as(await createToken(mine, ["read"]));
    expect((await overviewOf(reader)).meshes).toMatchObject([{ name: "ours" }]);
  });
}
