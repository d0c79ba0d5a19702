// One key a life: whoever asks at the same time asks for the same key, so that no answer is for another.
import { expect, test } from "vitest";
import { dataplane as kind } from "#model/kind/dataplane.ts";
import { Sealed } from "#model/sealed.ts";
import { fromWire } from "#model/wire.ts";
import { openIdentities } from "#relay/identity/identities.ts";
import type { Registration } from "#relay/registrar/registrar.ts";

const life = (id: string, service: string): Registration => {
  const inbound = [{ port: 80, tags: { "kuma.io/service": service } }];
  const wire = { type: "Dataplane", mesh: "default", name: "web-1", networking: { address: "127.0.0.1", inbound } };
  const { resource } = fromWire(kind, wire, { mesh: "default", name: "web-1" });
  if (resource === undefined) throw new TypeError("the dataplane is not valid");
  const rest = { owner: "stream", tokenId: "j", token: new Sealed("t"), at: 1, ready: true } as const;
  return { mesh: "default", name: "web-1", id, wire, resource, ...rest };
};

test("requests for one life that cross each other are one; another life has its own", async () => {
  const mtls = { enabled: true, leafSeconds: 3600 };
  const identities = await openIdentities({
    vault: { read: async () => null, write: async () => {}, remove: async () => {}, names: async () => [] },
    client: { certificates: async () => ({ answers: [] }) },
    issuers: { find: () => undefined, keep: async () => {}, ensure: async () => {} },
    clock: Date.now,
    random: () => 0.5,
    log: () => {},
    meshes: () => [{ name: "default", tokenKeys: [], revokedTokens: [], bundle: [], mtls }],
    report: () => {},
    isCurrent: () => true,
    isJoining: () => false,
    stopping: new AbortController().signal,
    onChange: () => {},
  });
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
