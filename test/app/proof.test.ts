// In what order a relay's call is judged: everything that its proof says before a byte of its body.
import { beforeAll, expect, test, vi } from "vitest";
import { authenticateRelay, type ProofSettings } from "#app/proof.ts";
import { Sealed } from "#model/sealed.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { digestText } from "#trust/digest.ts";
import { createNonce, importNonceKey } from "#trust/nonce.ts";
import { type ProofClaims, signProof } from "#trust/proof.ts";
import { createRelayKeys, type RelayKeys } from "./relay.ts";

const BODY = '{"events":[]}';
const PATH = "/v1/zone/report";
const SIGNER = { tenant: "acme", zone: "east", relay: "r1" };

let keys: RelayKeys;
let nonceKey: ProofSettings["nonceKey"];
beforeAll(async () => {
  keys = await createRelayKeys();
  nonceKey = await importNonceKey(new Sealed<Uint8Array>(new Uint8Array(32).fill(1)));
});

interface World {
  readonly head?: Partial<ZoneHead> | null;
  /** What the row says when it is read again. */
  readonly later?: Partial<ZoneHead>;
  readonly claims?: Partial<ProofClaims>;
  readonly signer?: RelayKeys;
  readonly proof?: string;
  readonly method?: string;
  readonly body?: string;
}

/** What came of the call, how often its body was asked for, and how often the row was read. */
async function judge({ head = {}, later = {}, claims, signer = keys, proof, method = "POST", body = BODY }: World) {
  const row = { ...SIGNER, signingKey: JSON.stringify(keys.signingKey), revoked: false } as unknown as ZoneHead;
  let [bodies, rows] = [0, 0];
  const settings: ProofSettings = {
    controlPlane: "plane",
    nonceKey,
    clock: Date.now,
    findHead: async () => (head === null ? null : { ...row, ...head, ...(rows++ === 0 ? {} : later) }),
  };
  const nonce = await createNonce(nonceKey, Date.now);
  const own = { jti: crypto.randomUUID(), htm: method, htu: PATH, bh: await digestText(body), aud: "plane", nonce };
  const text = proof ?? (await signProof({ ...own, ...claims }, SIGNER, signer.private));
  const request = new Request(`https://weft.example${PATH}`, { method, headers: { "weft-proof": text } });
  const readBody = async (): Promise<Uint8Array> => {
    bodies++;
    return new TextEncoder().encode(body);
  };
  const outcome = await authenticateRelay(request, readBody, settings).then(
    ({ relay }) => relay.relay,
    (error: { readonly code: string }) => error.code,
  );
  return { outcome, bodies, rows };
}

test("a body is not read for a call that is refused without it", async () => {
  const stranger = await createRelayKeys();
  const refused: readonly World[] = [
    { proof: "" },
    { proof: "nonsense" },
    { head: null },
    { signer: stranger },
    { claims: { aud: "another" } },
    { claims: { htm: "GET" } },
    { claims: { htu: "/v1/zone/certificates" } },
    { claims: { nonce: "" } },
    { claims: { jti: "short" } },
  ];
  for (const [index, world] of refused.entries()) {
    expect([index, await judge(world)]).toMatchObject([index, { outcome: "unauthenticated", bodies: 0 }]);
  }
  expect(await judge({ head: { revoked: true } })).toMatchObject({ outcome: "forbidden", bodies: 0 });
});

test("a body is read once, and must be the proved one", async () => {
  expect(await judge({})).toMatchObject({ outcome: "r1", bodies: 1 });
  expect(await judge({ claims: { bh: await digestText("other") } })).toMatchObject({
    outcome: "unauthenticated",
    bodies: 1,
  });
});

test("a relay that is revoked while its body comes is refused; a call without a body reads one row", async () => {
  expect(await judge({ later: { revoked: true } })).toMatchObject({ outcome: "forbidden", bodies: 1, rows: 2 });
  expect(await judge({ method: "GET", body: "", later: { revoked: true } })).toMatchObject({ outcome: "r1", rows: 1 });
});

test("a relay's key is imported once, and its row is read at each call", async () => {
  const relay = await createRelayKeys();
  const head = { signingKey: JSON.stringify(relay.signingKey) };
  const imported = vi.spyOn(crypto.subtle, "importKey");
  const ask = (more: Partial<ZoneHead> = {}) =>
    judge({ signer: relay, head: { ...head, ...more }, method: "GET", body: "" });
  expect(await ask()).toEqual({ outcome: SIGNER.relay, bodies: 1, rows: 1 });
  const once = imported.mock.calls.length;
  expect(once).toBeGreaterThan(0);
  expect(await ask()).toEqual({ outcome: SIGNER.relay, bodies: 1, rows: 1 });
  expect(imported.mock.calls.length).toBe(once);
  imported.mockRestore();
  expect((await ask({ revoked: true })).outcome).toBe("forbidden");
  expect((await ask({ signingKey: JSON.stringify(keys.signingKey) })).outcome).toBe("unauthenticated");
});
