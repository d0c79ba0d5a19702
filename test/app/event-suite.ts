// The stream of events over HTTP: what changes is told, once, to its own organisation, and to who comes back.
import { expect, test } from "vitest";
import { MOST_LISTENERS } from "#control/event/hub.ts";
import { openEvents } from "./event-reader.ts";
import { enrolRelay } from "./relay.ts";
import {
  call,
  createMesh,
  createOrganisation,
  createToken,
  dataplane,
  freshName,
  type Subject,
  timeout,
} from "./subject.ts";

export function eventSuite(subject: () => Subject): void {
  test("tells of revisions, proxies, zones, plans and tokens as they come", async () => {
    const organisation = await createOrganisation(subject());
    const events = await openEvents(subject(), organisation);
    expect([events.status, events.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    expect(events.headers.get("cache-control")).toBe("no-store");
    await events.until({ kind: "ready" });
    expect(events.text).toMatch(/^retry: \d{4}\n\nid: [a-z2-7]+-\d+\ndata: \{"kind":"ready"\}\n\n$/);
    await createMesh(organisation);
    const made = await events.until({ kind: "revision", meshes: ["default"] });
    expect(made).toMatchObject({ types: expect.arrayContaining(["Mesh"]), revision: expect.any(Number) });
    await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
    await events.until({ kind: "revision", types: ["MeshTimeout"], meshes: ["default"] });
    await organisation.call("PUT", "/meshes/default/dataplanes/web-1", dataplane("default", "web-1", "web"));
    await events.until({ kind: "proxy", meshes: ["default"] });
    const relay = await enrolRelay(subject(), organisation, "east");
    await events.until({ kind: "relay", zone: "east", relay: relay.relay });
    await events.until({ kind: "join", zone: "east" });
    await events.until({ kind: "snapshot", zone: "east" });
    const delivery = { epoch: 1, sequence: 9, acked: 1, nacked: 0, pending: 0, laggards: [] };
    expect((await relay.call("POST", "/v1/zone/report", { body: { events: [], delivery } })).status).toBe(200);
    await events.until({ kind: "delivery", zone: "east", relay: relay.relay });
    const planned = await organisation.call("POST", "/v1/plan", {
      put: [{ resource: timeout("default", "t", 7) }],
      reason: "slower",
    });
    expect(planned.status, planned.text).toBeLessThan(300);
    await events.until({ kind: "plan", plan: planned.json.id });
    const url = "https://receiver.invalid/in";
    const webhook = await organisation.call("POST", "/v1/webhooks", { url, events: ["zone.offline"] });
    await events.until({ kind: "webhook", webhook: webhook.json.id });
    await organisation.call("POST", "/v1/tokens", { name: "ci", scopes: ["read"] });
    await events.until({ kind: "token" });
    await events.until({ kind: "audit" });
    await events.close();
  });

  test("goes on behind the last event for who comes back, and says so where that is not known any more", async () => {
    const organisation = await createOrganisation(subject());
    const first = await openEvents(subject(), organisation);
    await first.until({ kind: "ready" });
    const { lastId } = first;
    await first.close();
    await createMesh(organisation, "missed");
    const back = await openEvents(subject(), organisation, lastId);
    await back.until({ kind: "ready" });
    expect(back.hints.filter(({ kind }) => kind === "revision").flatMap(({ meshes }) => meshes)).toContain("missed");
    await createMesh(organisation, "live");
    await back.until({ kind: "revision", meshes: ["live"] });
    const again = await openEvents(subject(), organisation, back.lastId);
    await again.until({ kind: "ready" });
    // A revision's effect is told once it is known, which may be now; the revision itself is not told again.
    expect(again.hints.filter(({ kind, meshes }) => kind === "revision" && meshes !== undefined)).toEqual([]);
    for (const unknown of ["aaaaaaaa-3", "nonsense", `${lastId}9999999`]) {
      const lost = await openEvents(subject(), organisation, unknown);
      await lost.until({ kind: "reset" });
      expect([lost.hints, lost.lastId.split("-")[0]]).toEqual([[{ kind: "reset" }], lastId.split("-")[0]]);
      await lost.close();
    }
    await back.close();
    await again.close();
  });

  test("is for readers of the organisation, and tells nothing of another one", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    const refuse = async (token: string | undefined, status: number): Promise<void> => {
      const path = `/o/${mine.name}/v1/events`;
      const answer = await call(subject(), "GET", path, token === undefined ? {} : { token });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/json"]);
    };
    await refuse(undefined, 401);
    await refuse(other.token, 404);
    await refuse(await createToken(mine, ["token:dataplane"]), 403);
    const reader = await openEvents(subject(), { ...mine, token: await createToken(mine, ["read"]) });
    await reader.until({ kind: "ready" });
    await createMesh(other, "theirs");
    await createMesh(mine, "ours");
    await reader.until({ kind: "revision", meshes: ["ours"] });
    expect(reader.text).not.toContain("theirs");
    await reader.close();
    const head = await call(subject(), "HEAD", `/o/${mine.name}/v1/events`, { token: mine.token });
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  test("an organisation has a bounded number of streams, and one that is closed makes room", async () => {
    const organisation = await createOrganisation(subject());
    const open = async () => {
      const events = await openEvents(subject(), organisation);
      if (events.status === 200) await events.until({ kind: "ready" });
      return events;
    };
    const all = await Promise.all(Array.from({ length: MOST_LISTENERS }, open));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    const more = await open();
    expect([more.status, more.headers.get("retry-after")]).toEqual([429, "30"]);
    await more.close();
    await Promise.all(all.map((one) => one.close()));
    // On workers it shows only by writing that a reader is gone.
    const reopened = async (): Promise<number> => {
      await createMesh(organisation, freshName());
      const again = await open();
      await again.close();
      return again.status;
    };
    await expect.poll(reopened).toBe(200);
  });

  test("ends when its token is revoked, and when it expires", async () => {
    const organisation = await createOrganisation(subject());
    const minted = (await organisation.call("POST", "/v1/tokens", { name: "a", scopes: ["read"] })).json;
    const revoked = await openEvents(subject(), { ...organisation, token: minted.token });
    await revoked.until({ kind: "ready" });
    expect((await organisation.call("DELETE", `/v1/tokens/${minted.id}`)).status).toBe(204);
    await revoked.ended();
    // After the next two calls, also on a machine that others keep busy.
    const expiresAt = new Date(Date.now() + 6000).toISOString();
    const short = (await organisation.call("POST", "/v1/tokens", { name: "b", scopes: ["read"], expiresAt })).json;
    const expiring = await openEvents(subject(), { ...organisation, token: short.token });
    await expiring.until({ kind: "ready" });
    await expiring.ended();
    const after = await openEvents(subject(), { ...organisation, token: short.token });
    expect(after.status).toBe(401);
    await after.close();
  });
}
