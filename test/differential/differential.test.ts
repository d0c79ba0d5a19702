// The same YAML given to a stock kuma-cp and to Weft: rules and Envoy config are equal but for the differences listed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "./answer.ts";
import { askApart, askKuma, type IsWhole } from "./ask-kuma.ts";
import { askWeft } from "./ask-weft.ts";
import { placesOf } from "./compare.ts";
import { type Kuma, startKuma } from "./kuma.ts";
import { MEANT, type Meant, meantOf } from "./meant.ts";
import { readRecorded } from "./recorded.ts";
import { ALL_SCENARIOS, type Scenario } from "./scenarios.ts";

const binary = process.env.WEFT_KUMA_CP ?? "";
const subjects = [...new Set(ALL_SCENARIOS.map(({ subject }) => subject))];
const used = new Set<Meant>();

/** `golden/` holds the answers. Places that no row of the list names. */
async function unexplained(kuma: Answer, scenario: Scenario): Promise<readonly string[]> {
  return placesOf(kuma, await askWeft(scenario)).flatMap(({ text, kuma: said, weft }) => {
    const row = meantOf(text, scenario);
    if (row !== undefined) used.add(row);
    return row === undefined ? [`${text} ${JSON.stringify(said) ?? ""} => ${JSON.stringify(weft) ?? ""}`] : [];
  });
}

describe("beside recorded answers of a stock kuma-cp", () => {
  describe.each(subjects)("%s", (subject) => {
    const recorded = readRecorded(subject);
    const own = ALL_SCENARIOS.filter((one) => one.subject === subject && recorded[one.mesh] !== undefined);
    test.each(own.map((one) => [one.name, one] as const))("%s", async (_, scenario) => {
      expect(await unexplained(recorded[scenario.mesh] as Answer, scenario)).toEqual([]);
    });
  });

  test("most scenarios have an answer, and every difference that is meant is one", () => {
    const without = ALL_SCENARIOS.filter((one) => readRecorded(one.subject)[one.mesh] === undefined);
    // An answer is to one text of a scenario: what was written since has none, and too many without show nothing.
    expect(without.length).toBeLessThan(ALL_SCENARIOS.length / 3);
    expect(
      MEANT.filter((row) => !used.has(row) && row.subject?.test("live") !== true).map(({ at }) => String(at)),
    ).toEqual([]);
  });
});

describe.skipIf(binary === "")(
  `beside a running kuma-cp${binary === "" ? " (skipped: WEFT_KUMA_CP names no kuma-cp 2.14)" : ""}`,
  () => {
    let kuma: Kuma;
    beforeAll(async () => {
      kuma = await startKuma(binary);
    });
    afterAll(() => kuma?.close());

    // The recordings are the whole; these show that they are still what Kuma answers.
    const last = subjects.map((subject) => ALL_SCENARIOS.filter((one) => one.subject === subject).at(-1) as Scenario);
    const rows = (apart: boolean) =>
      last.filter((one) => one.apart === apart).map((one) => [one.subject, one] as const);
    const isWholeOf =
      (scenario: Scenario): IsWhole =>
      async (answer) =>
        (await unexplained(answer, scenario)).length === 0;

    test.each(rows(false))(
      "the last scenario of %s",
      async (_, scenario) => {
        const answer = await askKuma(kuma, scenario, isWholeOf(scenario));
        expect(await unexplained(answer, scenario)).toEqual([]);
      },
      120_000,
    );

    // Each beside a kuma-cp of its own, which is waited for more than it works.
    test.concurrent.each(rows(true))(
      "the last scenario of %s",
      async (_, scenario) => {
        const answer = await askApart(binary, scenario, isWholeOf(scenario));
        expect(await unexplained(answer, scenario)).toEqual([]);
      },
      120_000,
    );
  },
);
