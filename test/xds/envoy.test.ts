// Every resource of every golden scenario, read and checked by a real Envoy.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { casesOf, laidOver, SUBJECTS } from "./case.ts";
import { bootstrap, envoy, validate } from "./envoy-validation.ts";
import { compileView, givenView, proxiesOf, SCENARIOS, servedTo } from "./scenario.ts";

type Members = { readonly [key: string]: Json };

const skipped = envoy === undefined ? " (skipped: no Envoy in WEFT_ENVOY or on PATH)" : "";

describe.skipIf(envoy === undefined)(`a real Envoy accepts${skipped}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-validate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(SCENARIOS)("%s", async (scenario) => {
    const view = givenView(scenario);
    const compiled = compileView(view);
    for (const proxy of proxiesOf(view)) {
      const file = join(folder, `${scenario}.${proxy}.json`);
      writeFileSync(file, JSON.stringify(bootstrap(servedTo(compiled, view.mesh.name, proxy))));
      expect(await validate(file), proxy).toBe("");
    }
  });

  test.each(SUBJECTS)("every case of %s", async (subject) => {
    for (const [index, one] of casesOf(subject).entries()) {
      for (const [proxy, served] of Object.entries(laidOver(one).served)) {
        const file = join(folder, `${subject}.${index}.${proxy}.json`);
        writeFileSync(file, JSON.stringify(bootstrap(served)));
        expect(await validate(file), `${one.shows}: ${proxy}`).toBe("");
      }
    }
  });

  test("and would have said what is wrong", async () => {
    const file = join(folder, "wrong.json");
    const served = servedTo(compileView(givenView("http")), "default", "web-1");
    const [first, ...rest] = served.clusters as readonly Members[];
    writeFileSync(
      file,
      JSON.stringify(bootstrap({ ...served, clusters: [{ ...first, connectTimeout: "-1s" }, ...rest] })),
    );
    expect(await validate(file)).toContain("Invalid duration");
  });
});
