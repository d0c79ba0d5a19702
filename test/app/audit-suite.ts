// The audit log over HTTP: pages and filters, the export as a stream, the keys that verify it, and how long it is kept.
import { expect, test } from "vitest";
import { createMesh, createOrganisation, createToken, type Subject, timeout } from "./subject.ts";

const NDJSON = { accept: "application/x-ndjson" };

export function auditSuite(subject: () => Subject): void {
  test("each write has one entry that says by which token; pages follow each other without a gap", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const writer = organisation.as(await createToken(organisation, ["write"]));
    for (let second = 1; second <= 3; second++) {
      await writer.call("PUT", "/meshes/default/meshtimeouts/slow", timeout("default", "slow", second));
    }
    const all = (await organisation.call("GET", "/v1/audit")).json;
    expect(all.next).toBeNull();
    const numbers = all.items.map(({ number }: { number: number }) => number);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));
    expect(all.items[0]).toMatchObject({
      organisation: organisation.id,
      actor: expect.stringMatching(/^token:/),
      action: "resources.change",
      subject: "MeshTimeout default/slow",
      details: { resources: [{ change: "updated", mesh: "default", name: "slow", type: "MeshTimeout" }] },
    });
    expect(all.items[0].actor).toBe(`token:${all.items[0].token}`);
    const revisions = (await organisation.call("GET", "/v1/revisions")).json.items;
    expect(all.items.flatMap(({ revision }: { revision: number | null }) => revision ?? [])).toEqual(
      revisions.map(({ revision }: { revision: number }) => revision),
    );

    const paged: number[] = [];
    for (let query = "?size=2&action=resources.change"; ; ) {
      const { items, next } = (await organisation.call("GET", `/v1/audit${query}`)).json;
      paged.push(...items.map(({ number }: { number: number }) => number));
      if (next === null) break;
      query = next;
    }
    const changes = all.items.filter(({ action }: { action: string }) => action === "resources.change");
    expect(paged).toEqual(changes.map(({ number }: { number: number }) => number));
    const created = (await organisation.call("GET", "/v1/audit?action=token.create&subject=write")).json;
    expect(created.items).toHaveLength(1);
    expect(created.items[0].details).toMatchObject({ name: "write", scopes: ["write"] });
  });

  test("refused tokens are told of once a reason, and who asks learns nothing by it", async () => {
    const organisation = await createOrganisation(subject());
    const token = await createToken(organisation, ["read"]);
    const [, , , id = "", secret = ""] = token.split("_");
    await organisation.call("DELETE", `/v1/tokens/${id}`);
    const wrong = organisation.token.slice(0, -8) + (organisation.token.endsWith("aaaaaaaa") ? "bbbbbbbb" : "aaaaaaaa");
    const none = token.replace(`_${id}_`, `_${"a".repeat(id.length)}_`);
    const nobody = token.replace(`_${organisation.id}_`, `_${"b".repeat(organisation.id.length)}_`);
    for (let time = 0; time < 3; time++)
      for (const one of [token, wrong, none, nobody, "weft_api_x"])
        expect((await organisation.as(one).call("GET", "/v1/plans")).status, one).toBe(401);
    const details = async (one: string) => (await organisation.as(one).call("GET", "/v1/plans")).json.detail;
    expect(await details(none)).toBe(await details(wrong));
    const { items, text } = await organisation
      .call("GET", "/v1/audit?action=credential.refuse")
      .then((answer) => ({ items: answer.json.items as { subject: string; details: object }[], text: answer.text }));
    expect(items.map(({ subject: of, details: told }) => [of, told])).toEqual([
      ["API token: unknown", expect.objectContaining({ count: 1 })],
      ["API token: wrong", expect.objectContaining({ count: 1, tokens: [expect.any(String)] })],
      ["API token: revoked", expect.objectContaining({ count: 1, tokens: [id] })],
    ]);
    expect(text).not.toContain(secret);
  });

  test("the export begins with what was signed, and has every entry, oldest first", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const answer = await organisation.call("GET", "/v1/audit", undefined, NDJSON);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const lines = answer.text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const [header, payload] = (lines[0].export as string).split(".").map((part) => {
      try {
        return JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
      } catch {
        return null;
      }
    });
    const entries = lines.filter((line) => "number" in line);
    expect(header).toMatchObject({ alg: "ES256", typ: "weft-audit+jws" });
    expect(payload).toMatchObject({
      kind: "export",
      organisation: organisation.id,
      from: 1,
      previous: "",
      number: entries.length,
      hash: entries.at(-1).hash,
    });
    const { keys } = (await organisation.call("GET", "/v1/audit/keys")).json;
    expect(keys.map(({ kid }: { kid: string }) => kid)).toContain(header.kid);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const { items } = (await organisation.call("GET", "/v1/audit")).json;
    expect(entries).toEqual([...items].reverse());
  });

  test("an export cannot be narrowed but by time, and bad filters are named", async () => {
    const organisation = await createOrganisation(subject());
    const narrowed = await organisation.call("GET", "/v1/audit?actor=operator&before=3", undefined, NDJSON);
    expect(narrowed.status).toBe(400);
    expect(narrowed.json.invalid_parameters.map(({ field }: { field: string }) => field).sort()).toEqual([
      "actor",
      "before",
    ]);
    const wrong = await organisation.call("GET", "/v1/audit?before=x&since=yesterday&size=0");
    expect(wrong.status).toBe(400);
    const both = await organisation.call("GET", "/v1/audit?before=x&since=yesterday");
    expect(both.json.invalid_parameters.map(({ field }: { field: string }) => field)).toEqual(["before", "since"]);
  });

  test("how long it is kept is shown, set by an admin, and written down", async () => {
    const organisation = await createOrganisation(subject());
    expect((await organisation.call("GET", "/v1/audit/retention")).json).toEqual({ days: 400 });
    const auditor = organisation.as(await createToken(organisation, ["audit:read"]));
    expect((await auditor.call("PUT", "/v1/audit/retention", { days: 30 })).status).toBe(403);
    expect((await organisation.call("PUT", "/v1/audit/retention", { days: 0 })).status).toBe(400);
    expect((await organisation.call("PUT", "/v1/audit/retention", { days: 30 })).json).toEqual({ days: 30 });
    expect((await auditor.call("GET", "/v1/audit/retention")).json).toEqual({ days: 30 });
    const [newest] = (await auditor.call("GET", "/v1/audit?size=1")).json.items;
    expect(newest).toMatchObject({ action: "audit.retention", details: { before: 400, days: 30 } });
  });

  test("nobody reads another organisation's log, nor with a scope that is not for it", async () => {
    const [mine, other] = [await createOrganisation(subject()), await createOrganisation(subject())];
    for (const path of ["/v1/audit", "/v1/audit/keys", "/v1/audit/retention"]) {
      expect((await mine.as(other.token).call("GET", path)).status).toBe(404);
      const reader = mine.as(await createToken(mine, ["read", "write", "token:read"]));
      expect((await reader.call("GET", path)).status).toBe(403);
    }
    const ids = (await mine.call("GET", "/v1/audit")).json.items.map(
      (one: { organisation: string }) => one.organisation,
    );
    expect(new Set(ids)).toEqual(new Set([mine.id]));
  });
}
