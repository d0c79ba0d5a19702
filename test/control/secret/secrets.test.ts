// Client certificates: which relay is given which, sealed to its key; no view has one.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SecretContent } from "#api/zone.ts";
import {
  type Body,
  enrol,
  keyOf,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  secret,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { readView } from "#test/control/snapshot-reader.ts";
import { certificateFor } from "#test/outside.ts";
import { createKey, importPrivateKey } from "#trust/key.ts";
import { openAtRelay } from "#trust/relay-seal.ts";

let plane: Plane;
let org: Org;
let made = 0;
let east: TestRelay;
let west: TestRelay;
const own = createKey("agree");
const [first, second] = await Promise.all([certificateFor("first"), certificateFor("second")]);

const egress: Body = {
  type: "ZoneEgress",
  name: "ze-1",
  zone: "east",
  networking: { address: "10.0.0.5", port: 10002 },
};
const bank = (verification: object, name = "bank"): Body => ({
  type: "MeshExternalService",
  mesh: "default",
  name,
  spec: {
    match: { type: "HostnameGenerator", port: 443, protocol: "http" },
    endpoints: [{ address: "192.0.2.1", port: 443 }],
    tls: { enabled: true, verification },
  },
});
const bySecrets = { clientCert: { secret: "cert" }, clientKey: { secret: "key" } };

beforeAll(async () => {
  plane = await openPlane();
});
beforeEach(async () => {
  org = await signUp(plane, `secrets-${++made}`);
  await org.apply([zone("east"), zone("west"), mtlsMesh(), secret("cert", first.cert), secret("key", first.key)]);
  await org.apply([bank(bySecrets), egress]);
  [east, west] = [await enrol(org, "east"), await enrol(org, "west")];
});
afterAll(() => plane.close());

const viewText = async (): Promise<string> => (await org.control.reader.view(east)).text;
const named = async (): Promise<string> => /client_cert:secret:[^"]+/.exec(await viewText())?.[0] ?? "";
const ask = async (relay: TestRelay, ...names: readonly string[]) =>
  (await org.control.reader.secrets(relay, JSON.stringify((await own).publicJwk), { names })).secrets;
async function content(relay: TestRelay, name: string): Promise<SecretContent> {
  const [answer] = await ask(relay, name);
  if (answer === undefined || !("sealed" in answer)) throw new Error(JSON.stringify(answer));
  const key = await importPrivateKey("agree", (await own).privateKey);
  const { tenant, zone: place, relay: id } = relay;
  return JSON.parse((await openAtRelay(key, { tenant, zone: place, relay: id, name }, answer.sealed)).reveal());
}
const REFUSED = { refused: "no proxy of this zone uses it" };

describe("a client certificate", () => {
  test("is given to the relay of a zone whose egress shows it, and stands in no view", async () => {
    const name = await named();
    expect(name).toMatch(/^client_cert:secret:default:MeshExternalService:bank:[0-9a-f]{32}$/);
    expect((await content(east, name)).chain).toBe(`${first.cert.trim()}\n`);
    const body = first.key.split("\n")[1] as string;
    expect((await content(east, name)).key).toContain(body);
    expect(await viewText()).not.toContain(body);
    expect(JSON.stringify(await ask(east, name))).not.toContain(body);
  });

  test("is given to no zone without an egress, nor to whom the name of another organisation's is known", async () => {
    const name = await named();
    expect(await ask(west, name)).toEqual([{ name, ...REFUSED }]);
    await org.apply([], ["ZoneEgress//ze-1"]);
    expect(await ask(east, name)).toEqual([{ name, ...REFUSED }]);
    const other = await signUp(plane, `others-${made}`);
    await other.apply([zone("east"), mtlsMesh(), egress]);
    const stranger = await enrol(other, "east");
    const answer = await other.control.reader.secrets(stranger, JSON.stringify((await own).publicJwk), {
      names: [name],
    });
    expect(answer.secrets).toEqual([{ name, ...REFUSED }]);
  });

  test("has another name once its Secret has changed, and the old one means nothing any more", async () => {
    const before = await named();
    await org.apply([secret("cert", second.cert), secret("key", second.key)]);
    const after = await named();
    expect(after).not.toBe(before);
    expect(await ask(east, before)).toEqual([{ name: before, ...REFUSED }]);
    expect((await content(east, after)).chain).toBe(`${second.cert.trim()}\n`);
  });

  test("may stand in the service itself", async () => {
    await org.apply([bank({ clientCert: { inlineString: second.cert }, clientKey: { inlineString: second.key } })]);
    expect((await content(east, await named())).chain).toBe(`${second.cert.trim()}\n`);
  });

  test("that is no pair is nobody's", async () => {
    await org.apply([bank({ clientCert: { inlineString: second.cert }, clientKey: { secret: "key" } })]);
    expect(await named()).toBe("");
  });

  test("of another service is not had by writing its secret's name", async () => {
    const name = await named();
    await org.apply([bank({ clientCert: { secret: "cert" }, clientKey: { secret: name } }, "thief")]);
    const [view] = (await readView(org.control, east)).views;
    const thief = view?.resources.MeshExternalService?.find((one) => one.name === "thief");
    expect(JSON.stringify(thief)).not.toContain("client_cert:");
    expect((await org.store.get(keyOf("MeshExternalService/default/thief")))?.resource.name).toBe("thief");
  });
});
