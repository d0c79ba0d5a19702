// The graph's worker: takes a plan, gives its places.
import { layoutOf } from "./layout.ts";
import type { Plan } from "./plan.ts";

addEventListener("message", ({ data: { id, plan } }: MessageEvent<{ readonly id: number; readonly plan: Plan }>) => {
  postMessage({ id, places: layoutOf(plan) });
});
