// One key a life: whoever asks at the same time asks for the same key, so that no answer is for another.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { dataplane as kind } from "#model/row/kind.ts";
import { Sealed } from "#model/sealed.ts";
import { fromWire } from "#model/wire.ts";
import { type Identities, openIdentities } from "#relay/identity/identities.ts";
import type { NewEvent } from "#relay/registrar/event-log.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import { createRoot } from "#trust/authority.ts";
import { fromPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";

const life = (id: string, service: string): Registration => {
  const inbound = [{ port: 80, tags: { "kuma.io/service": service } }];
  const wire = { type: "Dataplane", mesh: "default", name: "web-1", networking: { address: "127.0.0.1", inbound } };
  const { resource } = fromWire(kind, wire, { mesh: "default", name: "web-1" });
  if (resource === undefined) throw new TypeError("the dataplane is not valid");
  const rest = { owner: "stream", tokenId: "j", token: new Sealed("t"), at: 1, ready: true } as const;
  return { mesh: "default", name: "web-1", id, wire, resource, ...rest };
};

async function zoneIssuer(): Promise<Issuer> {
  const root = { mesh: "default", backend: "ca-1", clock: Date.now, chance: randomBytes };
  const { certificatePem, privateKey } = await createRoot(root);
  return loadIssuer([certificatePem], privateKey);
}

function open(
  issuer?: Issuer,
  report: (event: NewEvent) => void = () => {},
  clock: () => number = Date.now,
): Promise<Identities> {
  const mtls = { enabled: true, leafSeconds: 3600 };
  return openIdentities({
    vault: { read: async () => null, write: async () => {}, remove: async () => {}, names: async () => [] },
    client: { certificates: async () => ({ answers: [] }) },
    issuers: { find: () => issuer, keep: async () => {}, ensure: async () => {} },
    clock,
    random: () => 0.5,
    log: () => {},
    meshes: () => [{ name: "default", tokenKeys: [], revokedTokens: [], bundle: [], mtls }],
    report,
    isCurrent: () => true,
    isJoining: () => false,
    stopping: new AbortController().signal,
    onChange: () => {},
  });
}

test("requests for one life that cross each other are one; another life has its own", async () => {
  const identities = await open();
  const csrOf = async (of: Registration) => (await identities.csrsOf(of)).csr;
  const [one, same, other] = await Promise.all([
    csrOf(life("life-1", "web")),
    csrOf(life("life-1", "web")),
    csrOf(life("life-2", "api")),
  ]);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
  expect(await csrOf(life("life-1", "web"))).toBe(one);
});

test("while the control plane is away, all who ask at once for one life get one certificate, and it is told once", async () => {
  const told: NewEvent[] = [];
  const identities = await open(await zoneIssuer(), (event) => void told.push(event));
  const one = life("life-1", "web");
  expect(await Promise.all([identities.issue(one), identities.issue(one), identities.renew([one], false)])).toEqual([
    true,
    true,
    undefined,
  ]);
  expect(told).toMatchObject([{ kind: "issued", name: "web-1" }]);
  expect(identities.find(one)).toBeDefined();
});

test("what was issued while this relay's clock was ahead is served only until another has come", async () => {
  const start = Date.now();
  let ahead = 0;
  const told: NewEvent[] = [];
  const identities = await open(
    await zoneIssuer(),
    (event) => void told.push(event),
    () => start + ahead,
  );
  const one = life("life-1", "web");
  const beginning = (): number =>
    readCertificate(fromPem(identities.find(one)?.chainPem ?? "")[0]?.der ?? new Uint8Array())?.notBefore ?? 0;
  await identities.renew([one], false);
  expect(beginning()).toBeLessThan(start);
  ahead = 20 * 3600_000;
  await identities.renew([one], false);
  expect(beginning()).toBeGreaterThan(start);
  ahead = 0;
  expect(identities.find(one)).toBeDefined();
  await identities.renew([one], false);
  expect(beginning()).toBeLessThan(start);
  await identities.renew([one], false);
  expect(told).toHaveLength(3);
});
