// Border 5 of a zone's own proxies: what each ingress and egress of a scenario gets, filled, and a real Envoy takes it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { isClientSecret } from "#model/client-secret.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { bootstrap, envoy, validate } from "#test/xds/envoy-validation.ts";
import { servedTo } from "#test/xds/scenario.ts";
import { compileZone, GOLDEN, givenZone, SCENARIOS } from "./zone-scenario.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) =>
    mesh === ""
      ? isClientSecret(name) || name.startsWith("identity_cert:secret:")
      : name === `identity_cert:secret:${mesh}`,
};

const skipped = envoy === undefined ? " (skipped: no Envoy in WEFT_ENVOY or on PATH)" : "";

describe.each(SCENARIOS)("%s", (scenario) => {
  const input = givenZone(scenario);
  const compiled = compileZone(input);
  const meshOf = new Map((input.zoneProxies ?? []).map(({ name }) => [name, ""]));
  for (const { mesh, resources } of input.views) {
    for (const { name, spec } of (resources.Dataplane ?? []) as readonly Resource<SpecOf<"Dataplane">>[])
      if (spec.networking?.listeners !== undefined) meshOf.set(name, mesh.name);
  }
  const proxies = [...meshOf.keys()];
  const servedOf = (proxy: string) => servedTo(compiled, meshOf.get(proxy) ?? "", proxy);
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-validate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(proxies)("%s", async (proxy) => {
    const served = servedOf(proxy);
    expect(served.listeners.length).toBeGreaterThan(0);
    for (const [file, resources] of Object.entries(served)) {
      if (resources.length === 0) continue;
      const text = stringify(resources, { lineWidth: 0, aliasDuplicateObjects: false });
      await expect(text).toMatchFileSnapshot(join(GOLDEN, scenario, proxy, `${file}.yaml`));
    }
  });

  test.skipIf(envoy === undefined).each(proxies)(`%s is what a real Envoy takes${skipped}`, async (proxy) => {
    const file = join(folder, `${proxy}.json`);
    writeFileSync(file, JSON.stringify(bootstrap(servedOf(proxy))));
    expect(await validate(file)).toBe("");
  });

  test("is whole", () => {
    expect(inconsistencies(compiled.snapshot, OUTSIDE)).toEqual([]);
  });

  test("has goldens of its own proxies only", () => {
    const folders = readdirSync(join(GOLDEN, scenario), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.filter(({ name }) => !proxies.includes(name))).toEqual([]);
  });
});
