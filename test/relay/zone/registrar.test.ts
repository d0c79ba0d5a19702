// Lives by mesh and name together, in memory and on disk: no dot makes one proxy another.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { dataplane as kind } from "#model/row/kind.ts";
import { Sealed } from "#model/sealed.ts";
import { fromWire } from "#model/wire.ts";
import type { Admission } from "#relay/registrar/admission.ts";
import { openRegistrar } from "#relay/registrar/registrar.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { tempFolder } from "./start.ts";

const one = { mesh: "default", name: "x.y" };
const other = { mesh: "default.x", name: "y" };

function admission(proxy: { readonly mesh: string; readonly name: string }): Admission {
  const networking = { address: "127.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": "web" } }] };
  const wire = { type: "Dataplane", ...proxy, networking };
  const { resource } = fromWire(kind, wire, proxy);
  if (resource === undefined) throw new TypeError("the dataplane is not valid");
  return { ...proxy, wire, resource, token: new Sealed("t"), tokenId: "j" };
}

async function open(folder: string) {
  const vault = await openVault(folder, "registrations", await openDiskKey(folder));
  const rest = { clock: Date.now, chance: randomBytes, log: () => undefined, onGone: () => undefined };
  return { vault, registrar: await openRegistrar({ ...rest, vault, recorded: async () => undefined }) };
}

test("two proxies whose node ids are the same are two, over a restart too", async () => {
  const folder = tempFolder();
  const { registrar } = await open(folder);
  expect(registrar.open(admission(one), "user").isNew).toBe(true);
  expect(registrar.find(other)).toBeUndefined();
  const { registration } = registrar.open(admission(other), "user");
  expect(registrar.all()).toHaveLength(2);
  await registrar.settled();
  const again = await open(folder);
  expect(again.registrar.all().map(({ mesh, name }) => ({ mesh, name }))).toEqual([other, one]);
  expect(again.registrar.end(registration)).toBe(true);
  await again.registrar.settled();
  expect((await open(folder)).registrar.all()).toMatchObject([one]);
});

test("a life that was kept under its node id is kept under its key from then on", async () => {
  const folder = tempFolder();
  const { registrar, vault } = await open(folder);
  const { registration } = registrar.open(admission(one), "user");
  await registrar.settled();
  const [name = ""] = await vault.names();
  await vault.write("default.x.y", await vault.read(name));
  await vault.remove(name);
  const again = await open(folder);
  expect(again.registrar.find(one)?.id).toBe(registration.id);
  await again.registrar.settled();
  expect(await vault.names()).toEqual([name]);
});
