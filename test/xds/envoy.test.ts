// Every resource of every golden scenario, read and checked by a real Envoy.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { casesOf, laidOver, SUBJECTS } from "./case.ts";
import { bootstrap, envoy, validate } from "./envoy-validation.ts";
import { compileView, givenView, proxiesOf, SCENARIOS, type Served, servedTo } from "./scenario.ts";

type Members = { readonly [key: string]: Json };

const skipped = envoy === undefined ? " (skipped: no Envoy in WEFT_ENVOY or on PATH)" : "";

describe.skipIf(envoy === undefined)(`a real Envoy accepts${skipped}`, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-validate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What Envoy said of each config: nearly half of the proxies have the same as one before. */
  const said = new Map<string, Promise<string>>();
  function complaintOf(served: Served): Promise<string> {
    const text = JSON.stringify(bootstrap(served));
    const known = said.get(text);
    if (known !== undefined) return known;
    const file = join(folder, `${said.size}.json`);
    writeFileSync(file, text);
    const asked = validate(file);
    said.set(text, asked);
    return asked;
  }

  test.each(SCENARIOS)("%s", async (scenario) => {
    const view = givenView(scenario);
    const compiled = compileView(view);
    for (const proxy of proxiesOf(view)) {
      expect(await complaintOf(servedTo(compiled, view.mesh.name, proxy)), proxy).toBe("");
    }
  });

  test.each(SUBJECTS)("every case of %s", async (subject) => {
    for (const one of casesOf(subject)) {
      for (const [proxy, served] of Object.entries(laidOver(one).served))
        expect(await complaintOf(served), `${one.shows}: ${proxy}`).toBe("");
    }
  });

  test("and would have said what is wrong", async () => {
    const served = servedTo(compileView(givenView("http")), "default", "web-1");
    const [first, ...rest] = served.clusters as readonly Members[];
    const wrong = { ...served, clusters: [{ ...first, connectTimeout: "-1s" }, ...rest] };
    expect(await complaintOf(wrong)).toContain("Invalid duration");
  });
});
