// The generator over many revisions: values that nobody uses any more are let go, and what each compile asks for stays.
import { describe, expect, it } from "vitest";
import type { Policies } from "#match/matched.ts";
import { createGenerator, type Generator } from "#xds/generator.ts";
import type { Generated } from "#xds/resource.ts";
import { destination, outbound } from "./matched.ts";

const timeout = (connectionTimeout: string): Policies => ({
  MeshTimeout: { conf: { connectionTimeout, http: { requestTimeout: connectionTimeout } }, origins: {} },
});

/** What one compile asks for: what stays, and one policy's newest value. */
function ask(generator: Generator, standing: readonly Policies[], newest: string): readonly Generated[] {
  generator.turn();
  const made = (policies: Policies): readonly Generated[] => [
    generator.outbound("default", outbound("backend", 10_001, { policies })),
    generator.cluster("default", destination("backend"), policies),
    generator.proxy({ mesh: "default", policies }),
  ];
  const kept = standing.flatMap(made);
  made(timeout(newest));
  return kept;
}

describe("what a generator remembers", () => {
  // Where each compile matches anew, as after a policy's change, equal confs come in other objects.
  it.each([
    ["of the same objects", false],
    ["of equal ones", true],
  ])(
    "is bounded over many values of a policy, and what is used stays the same object, asked with confs %s",
    (_, anew) => {
      const generator = createGenerator();
      const standing = ["1s", "2s", "3s"].map(timeout);
      const first = ask(generator, standing, "0ms");
      let most = 0;
      for (let revision = 1; revision <= 500; revision++) {
        const made = ask(generator, anew ? structuredClone(standing) : standing, `${revision + 5000}ms`);
        expect(made.every((one, at) => one === first[at])).toBe(true);
        most = Math.max(most, generator.size());
      }
      expect(most).toBeLessThan(32);
    },
  );

  it("is all there as long as one compile lasts, however much that is", () => {
    const generator = createGenerator();
    const values = Array.from({ length: 300 }, (_, at) => timeout(`${at + 1}ms`));
    const cluster = (policies: Policies): Generated => generator.cluster("default", destination("backend"), policies);
    generator.turn();
    const made = values.map(cluster);
    expect(values.map(cluster).every((one, at) => one === made[at])).toBe(true);
  });

  it("never gives what was let go for something else", () => {
    const generator = createGenerator();
    const early = timeout("7s");
    const asked = (): unknown => generator.cluster("default", destination("backend"), early).cluster?.body;
    const before = JSON.stringify(asked());
    for (let revision = 0; revision < 200; revision++) ask(generator, [], `${revision}ms`);
    expect(JSON.stringify(asked())).toBe(before);
  });
});
