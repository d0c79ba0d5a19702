// The client: paths, bodies, faults, and the nonce of proofs.
import { expect, test } from "vitest";
import type { ProofRequest } from "#api/caller.ts";
import { createClient } from "#api/client.ts";
import { KINDS } from "#model/kinds.ts";
import { Sealed } from "#model/sealed.ts";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

function recorder(...answers: readonly Response[]): {
  readonly sent: Sent[];
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
} {
  const sent: Sent[] = [];
  const left = [...answers];
  return {
    sent,
    fetch: async (url, init) => {
      sent.push({
        url,
        method: init.method ?? "",
        headers: new Headers(init.headers),
        body: (init.body as string | null) ?? null,
      });
      const next = left.shift();
      if (next === undefined) throw new Error("connection refused");
      return next;
    },
  };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

test("a call fills path, query and body, and carries the token", async () => {
  const { sent, fetch } = recorder(json({ id: "i", token: "t", expiresAt: null }, 201));
  const client = createClient({ url: "https://mesh.example/base/", fetch, token: new Sealed("weft_api_x") });
  const minted = await client.call("createToken", {
    params: { organisation: "demo" },
    body: { name: "ci", scopes: ["read"] },
  });
  expect(minted.token).toBe("t");
  expect(sent[0]).toMatchObject({
    url: "https://mesh.example/base/o/demo/v1/tokens",
    method: "POST",
    body: '{"name":"ci","scopes":["read"]}',
  });
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer weft_api_x");
});

test("an error status is a fault with its violations; no answer is one, too", async () => {
  const problem = {
    type: "/std-errors",
    status: 400,
    title: "T",
    detail: "D",
    details: "D",
    invalid_parameters: [{ field: "f", reason: "r" }],
  };
  const { fetch } = recorder(json(problem, 400));
  const client = createClient({ url: "https://mesh.example", fetch });
  const call = () => client.call("whoAmI", { params: { organisation: "demo" } });
  await expect(call()).rejects.toMatchObject({
    name: "Fault",
    title: "T",
    message: "D",
    violations: [{ field: "f", reason: "r" }],
  });
  await expect(call()).rejects.toMatchObject({
    code: "unavailable",
    message: "The control plane at https://mesh.example gave no answer",
  });
});

test("a stale nonce costs one more call, and only one", async () => {
  const proofs: ProofRequest[] = [];
  const refusal = (nonce: string): Response => json({}, 401, { "weft-nonce": nonce });
  const { sent, fetch } = recorder(
    refusal("n1"),
    new Response(null, { status: 304, headers: { "weft-nonce": "n2" } }),
    refusal("n3"),
    refusal("n4"),
  );
  const client = createClient({
    url: "https://mesh.example",
    fetch,
    prove: async (request) => {
      proofs.push(request);
      return `proof-${proofs.length}`;
    },
  });
  const first = await client.exchange("snapshot", { headers: { "if-none-match": '"v"' } });
  expect([first.status, first.body]).toEqual([304, null]);
  await expect(client.call("snapshot", {})).rejects.toMatchObject({ code: "unauthenticated" });
  expect(sent.map(({ headers }) => headers.get("weft-proof"))).toEqual(["proof-1", "proof-2", "proof-3", "proof-4"]);
  expect(proofs.map(({ nonce }) => nonce)).toEqual(["", "n1", "n2", "n3"]);
  expect(proofs[0]).toEqual({ method: "GET", path: "/v1/zone/snapshot", body: "", nonce: "" });
});

test("resources: every page of a list, global and of a mesh", async () => {
  const item = (name: string) => ({ type: "Zone", name });
  const { sent, fetch } = recorder(
    json({ total: 2, items: [item("a")], next: "https://elsewhere/never-followed" }),
    json({ total: 2, items: [item("b")], next: null }),
    json({ warnings: ["w"] }, 201),
  );
  const resources = createClient({ url: "https://mesh.example", fetch }).resources("demo");
  expect((await resources.list(KINDS.Zone as never, "")).map(({ name }) => name)).toEqual(["a", "b"]);
  expect(await resources.put(KINDS.MeshTimeout as never, "default", "t", {})).toEqual({
    created: true,
    warnings: ["w"],
  });
  expect(sent.map(({ url }) => url.replace("https://mesh.example", ""))).toEqual([
    "/o/demo/zones?size=1000&offset=0",
    "/o/demo/zones?size=1000&offset=1",
    "/o/demo/meshes/default/meshtimeouts/t",
  ]);
});
