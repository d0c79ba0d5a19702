// Webhooks over HTTP: made with a secret that is shown once, listed, tested, rotated, replayed, deleted.
import { expect, test } from "vitest";
import { createOrganisation, createToken, type Subject } from "./subject.ts";

/** A name that is reserved (RFC 6761): nothing is ever sent there. */
const URL = "https://receiver.invalid/in";

export function webhookSuite(subject: () => Subject): void {
  test("a webhook's life", async () => {
    const organisation = await createOrganisation(subject());
    const made = await organisation.call("POST", "/v1/webhooks", {
      url: URL,
      events: ["zone.offline", "audit.entry"],
      description: "siem",
    });
    expect(made.status, made.text).toBe(201);
    const { id, secret } = made.json;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const list = await organisation.call("GET", "/v1/webhooks");
    expect(list.json).toMatchObject({
      total: 1,
      items: [
        {
          id,
          url: URL,
          events: ["audit.entry", "zone.offline"],
          description: "siem",
          disabledAt: null,
          olderUntil: null,
        },
      ],
    });
    expect(list.text).not.toContain(secret.slice(6));

    const tested = await organisation.call("POST", `/v1/webhooks/${id}/test`);
    expect(tested.status).toBe(202);
    const deliveries = `/v1/webhooks/${id}/deliveries`;
    const sent = (await organisation.call("GET", `${deliveries}?event=${tested.json.event}`)).json.items;
    expect(sent).toEqual([expect.objectContaining({ type: "webhook.test", event: tested.json.event })]);
    const paged = (await organisation.call("GET", `${deliveries}?size=1`)).json;
    expect([paged.items.length, paged.next]).toEqual([1, "?size=1&offset=1"]);

    const rotated = await organisation.call("POST", `/v1/webhooks/${id}/rotation`);
    expect(rotated.json).toMatchObject({ id, olderUntil: expect.any(String) });
    expect(rotated.json.secret).not.toBe(secret);
    const again = await organisation.call("POST", `/v1/webhooks/${id}/replay`, { event: tested.json.event });
    expect([again.status, again.json]).toEqual([202, { events: 1 }]);
    expect(
      (await organisation.call("POST", `/v1/webhooks/${id}/replay`, { since: "2026-01-01T00:00:00Z" })).status,
    ).toBe(202);

    const audit = (await organisation.call("GET", "/v1/audit?subject=webhook")).json.items;
    expect(audit.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(["webhook.create", "webhook.rotate", "webhook.replay"]),
    );
    expect(JSON.stringify(audit)).not.toContain("whsec_");
    expect((await organisation.call("DELETE", `/v1/webhooks/${id}`)).status).toBe(204);
    expect((await organisation.call("GET", "/v1/webhooks")).json.total).toBe(0);
    expect((await organisation.call("GET", deliveries)).status).toBe(404);
  });

  test("what is wrong is named", async () => {
    const organisation = await createOrganisation(subject());
    const fields = async (body: object): Promise<readonly string[]> => {
      const answer = await organisation.call("POST", "/v1/webhooks", body);
      expect(answer.status, answer.text).toBe(400);
      return answer.json.invalid_parameters.map(({ field }: { field: string }) => field);
    };
    expect(await fields({ url: "ftp://example.com", events: [] })).toEqual(["url", "events"]);
    expect(await fields({ url: URL, events: ["webhook.test"] })).toEqual(["events[0]"]);
    const { json } = await organisation.call("POST", "/v1/webhooks", { url: URL, events: ["zone.offline"] });
    for (const body of [{}, { event: "a", since: "2026-01-01T00:00:00Z" }]) {
      expect((await organisation.call("POST", `/v1/webhooks/${json.id}/replay`, body)).status).toBe(400);
    }
    expect((await organisation.call("POST", `/v1/webhooks/${json.id}/replay`, { event: "none" })).status).toBe(404);
    expect((await organisation.call("GET", `/v1/webhooks/${json.id}/deliveries?state=odd`)).status).toBe(400);
    for (const [method, path] of [
      ["DELETE", ""],
      ["POST", "/rotation"],
      ["POST", "/test"],
      ["GET", "/deliveries"],
    ] as const)
      expect((await organisation.call(method, `/v1/webhooks/none${path}`)).status).toBe(404);
  });

  test("who may, and nobody for another organisation", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    const { json } = await mine.call("POST", "/v1/webhooks", { url: URL, events: ["zone.offline"] });
    const reader = mine.as(await createToken(mine, ["read", "write"]));
    const keeper = mine.as(await createToken(mine, ["webhook:write"]));
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", `/${json.id}`],
      ["POST", `/${json.id}/rotation`],
      ["POST", `/${json.id}/test`],
      ["GET", `/${json.id}/deliveries`],
    ] as const) {
      expect((await reader.call(method, `/v1/webhooks${path}`)).status).toBe(403);
      expect((await mine.as(other.token).call(method, `/v1/webhooks${path}`)).status).toBe(404);
    }
    expect((await other.call("DELETE", `/v1/webhooks/${json.id}`)).status).toBe(404);
    expect((await keeper.call("POST", "/v1/webhooks", { url: URL, events: ["audit.entry"] })).status).toBe(403);
    expect((await keeper.call("DELETE", `/v1/webhooks/${json.id}`)).status).toBe(204);
  });
}
