// Enrolment of a relay that says for what it was started: the control plane is told, and a folder of something else is left alone.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EnrolRequest, EnrolResponse } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { openRelayKeys } from "#relay/state/relay-keys.ts";
import { enrol } from "#relay/zone/enrol.ts";
import { tempFolder } from "./start.ts";

const ENROLMENT: EnrolResponse = {
  ...{
    controlPlane: "p",
    tenant: "t",
    organisation: "acme",
    zone: "east",
    relay: "r1",
    jwks: { keys: [] },
    bell: null,
  },
};
const url = "https://plane.test";
const token = new Sealed("weft_enrolment_t_i_s");

test.each([
  ["nothing", {}, undefined],
  ["an organisation", { organisation: "acme" }, { organisation: "acme" }],
  ["both", { organisation: "acme", zone: "east" }, { organisation: "acme", zone: "east" }],
])("%s is meant: it goes with the token", async (_, meant, sent) => {
  const folder = tempFolder();
  const asked: EnrolRequest[] = [];
  const fetch = async (_to: unknown, init?: { readonly body?: unknown }): Promise<Response> => {
    asked.push(JSON.parse(String(init?.body)));
    return Response.json(ENROLMENT);
  };
  const keys = await openRelayKeys(folder);
  expect(await enrol({ folder, keys, url, fetch: fetch as never, token, meant })).toEqual(ENROLMENT);
  expect(asked.map((one) => one.meant)).toEqual([sent]);
});

test("a folder of another zone or organisation is not started for this one, and nobody is asked", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "enrolment.json"), JSON.stringify(ENROLMENT));
  const keys = await openRelayKeys(folder);
  const start = (meant: object) =>
    enrol({ folder, keys, url, token, meant, fetch: () => Promise.reject(new Error("asked")) }).catch(
      (thrown: unknown) => thrown,
    );
  for (const meant of [{}, { zone: "east" }, { organisation: "acme", zone: "east" }])
    expect(await start(meant)).toEqual(ENROLMENT);
  for (const meant of [{ zone: "west" }, { organisation: "other" }]) {
    const fault = (await start(meant)) as Fault;
    expect(fault).toBeInstanceOf(Fault);
    expect(fault.code).toBe("conflict");
    expect(fault.message).toContain(`The relay in ${folder} is one of zone east of organisation acme`);
    expect(fault.message).toContain("--state folder of its own");
  }
});
