// What a load balancer and a scraper ask: whether the process lives, whether its databases answer, and its counts.
import type { MissingKeys, Reseals } from "#control/secret/reseal.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { Store } from "#store/store.ts";
import { plain } from "./answer.ts";
import { authenticateOperator } from "./auth.ts";
import type { AppOptions } from "./call.ts";

/** How long an answer of the databases counts; milliseconds. Whoever asks within it costs nothing. */
const FRESH = 1000;

/** What is asked. */
export interface Asked {
  readonly store: Pick<Store, "ping">;
  readonly reseals?: Pick<Reseals, "missing">;
}

/**
 * `/readyz`: 200 while every database answers and every key is there that something may be sealed under. Fault
 * `unavailable` where one does not, or is not.
 */
export function openReadiness({ store, reseals }: Asked, clock: Clock): () => Promise<Response> {
  // What was answered, and never the asking: on Workers one call cannot wait for another one's.
  let last: { readonly at: number; readonly problem: string | null } | null = null;
  const ask = async (): Promise<string | null> => {
    try {
      await store.ping();
      const missing = await reseals?.missing();
      return missing === undefined ? null : missingKeys(missing);
    } catch {
      return "A database of this control plane does not answer";
    }
  };
  return async () => {
    if (last === null || clock() - last.at >= FRESH) {
      const problem = await ask();
      last = { at: clock(), problem };
    }
    const { problem } = last;
    if (problem === null) return plain("ok\n");
    throw new Fault("unavailable", problem, { retryAfter: 1 });
  };
}

/** Null = none is. */
function missingKeys({ keyEncryption, account }: MissingKeys): string | null {
  const told = (what: string, key: string, ids: readonly string[], among: string): string[] => {
    if (ids.length === 0) return [];
    const keys = ids.length === 1 ? `the ${key} ${ids[0]}` : `the ${key}s ${ids.join(", ")}`;
    return [
      `${what} are sealed under ${keys}, which this control plane lacks: give it among the ${among}, and seal again`,
    ];
  };
  const all = [
    ...told("Secrets", "key-encryption key", keyEncryption, "older keys"),
    ...told("Second factors and providers' tokens", "account key", account, "older account keys"),
  ];
  return all.length === 0 ? null : all.join(". ");
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
