// The handler of sealing secrets again: the operator's.
import { checkBody } from "#api/check.ts";
import { resealStep } from "#api/reseal.ts";
import { Fault } from "#model/fault.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { Handler } from "./call.ts";

export const reseal: Handler<"operator"> = async (call) => {
  const { reseals } = call.app;
  if (reseals === undefined) throw new Fault("unavailable", "This process seals nothing again");
  return pretty(await reseals.step(checkBody(resealStep, await readJson(call))));
};
