// Handler of usage: how much of everything there is, and how much there may be.
import type { UsageBody } from "#api/usage.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";

export const usage: Handler<"api"> = async ({ app, caller }) => {
  const { tier, items, rates, kept } = await app.usage(caller);
  const body: UsageBody = { tier, items: [...items], rates: [...rates], kept };
  return pretty(body);
};
