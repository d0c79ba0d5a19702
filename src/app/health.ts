// What a load balancer and a scraper ask: whether the process lives, whether its databases answer, and its counts.
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { Store } from "#store/store.ts";
import { plain } from "./answer.ts";
import { authenticateOperator } from "./auth.ts";
import type { AppOptions } from "./call.ts";

/** How long an answer of the databases counts; milliseconds. Whoever asks more often costs nothing. */
const FRESH = 1000;

/** `/readyz`: 200 while every database answers. Fault `unavailable` where one does not. */
export function openReadiness(store: Pick<Store, "ping">, clock: Clock): () => Promise<Response> {
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | null = null;
  return async () => {
    const now = clock();
    if (asked === null || now - asked.at >= FRESH) {
      const answer = store.ping().then(
        () => true,
        () => false,
      );
      asked = { at: now, answer };
    }
    if (await asked.answer) return plain("ok\n");
    throw new Fault("unavailable", "A database of this control plane does not answer", { retryAfter: 1 });
  };
}

/** `/metrics`: for whoever has the operator's secret, since counts tell how much an installation is used. */
export async function answerMetrics({ metrics, operatorSecret }: AppOptions, request: Request): Promise<Response> {
  await authenticateOperator(request, operatorSecret);
  if (metrics === undefined)
    throw new Fault(
      "absent",
      "This edge keeps no counts to be scraped: on Workers they are written to Analytics Engine",
    );
  return new Response(await metrics(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
}
