// Asks a stock kuma-cp of every scenario and writes its answers down: `npm run differential -- --record`, or of one subject: `--record=SUBJECT`.
import { test } from "vitest";
import type { Answer } from "./answer.ts";
import { askApart, askKuma } from "./ask-kuma.ts";
import { startKuma } from "./kuma.ts";
import { keepRecorded, writeRecorded } from "./recorded.ts";
import { ALL_SCENARIOS, type Scenario } from "./scenarios.ts";

const binary = process.env.WEFT_KUMA_CP ?? "";
const wanted = process.env.WEFT_RECORD ?? "";

/** Meshes that are open at one time. */
const WIDTH = 6;

test.skipIf(binary === "" || wanted === "")(
  "records Kuma's answers (skipped: WEFT_KUMA_CP names no kuma-cp, or nothing is to be recorded)",
  async () => {
    const kuma = await startKuma(binary);
    try {
      const chosen = ALL_SCENARIOS.filter(({ subject }) => wanted === "all" || wanted === subject);
      const open = chosen.filter(({ apart }) => !apart);
      const answers = new Map<Scenario, Answer>();
      const work = async (): Promise<void> => {
        for (let next = open.shift(); next !== undefined; next = open.shift())
          answers.set(next, await askKuma(kuma, next));
      };
      await Promise.all(Array.from({ length: WIDTH }, work));
      for (const one of chosen.filter(({ apart }) => apart)) answers.set(one, await askApart(binary, one));
      for (const subject of new Set(chosen.map((one) => one.subject))) {
        const own = chosen.filter((one) => one.subject === subject);
        writeRecorded(subject, Object.fromEntries(own.map((one) => [one.mesh, answers.get(one) ?? { proxies: {} }])));
      }
      keepRecorded(new Set(ALL_SCENARIOS.map(({ subject }) => subject)));
    } finally {
      await kuma.close();
    }
  },
  900_000,
);
