// Border 3: what each Envoy of a scenario gets, filled, resource by resource.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { inconsistencies } from "#snapshot/consistency.ts";
import { compileView, GOLDEN, givenView, proxiesOf, SCENARIOS, servedTo } from "./scenario.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

describe.each(SCENARIOS)("%s", (scenario) => {
  const view = givenView(scenario);
  const compiled = compileView(view);
  const proxies = proxiesOf(view);

  test.each(proxies)("%s", async (proxy) => {
    const served = servedTo(compiled, view.mesh.name, proxy);
    expect(served.listeners.length).toBeGreaterThan(0);
    for (const [file, resources] of Object.entries(served)) {
      const text = stringify(resources, { lineWidth: 0, aliasDuplicateObjects: false });
      await expect(text).toMatchFileSnapshot(join(GOLDEN, scenario, proxy, `${file}.yaml`));
    }
  });

  test("is whole and without faults", () => {
    expect(inconsistencies(compiled.snapshot, OUTSIDE)).toEqual([]);
    expect(compiled.faults).toEqual([]);
  });

  test("has goldens of its own proxies only", () => {
    const folders = readdirSync(join(GOLDEN, scenario), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...proxies].sort());
  });
});
