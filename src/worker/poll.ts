// The poll worker: says "nothing new" from one row, and hands everything else to the API worker.
import { withSecurity } from "#app/answer.ts";
import { idleAnswer, readPoll } from "#app/poll.ts";
import { answerProblem } from "#app/problem.ts";
import { authenticateRelay, type ProofSettings, withNonce } from "#app/proof.ts";
import { openRates, type RateHeaders, type Rates } from "#app/rate.ts";
import { openPollStore } from "#store/poll.ts";
import { importNonceKey } from "#trust/nonce.ts";
import type { PollEnvironment } from "./environment.ts";
import { openLog } from "./log.ts";
import { Elsewhere, openPollDatabases } from "./poll-databases.ts";
import { readSecret, refuseSecrets } from "./secret-bytes.ts";
import { answerUnopened } from "./unopened.ts";
import { usualOf } from "./usual-tier.ts";

/** What an isolate keeps: its counts, too. Which tier an organisation has is not asked here: the usual one's rates hold for all. */
interface Door {
  readonly settings: ProofSettings;
  readonly rates: Rates;
}

const opened = new WeakMap<PollEnvironment, Door>();

/** The first that was opened is kept, and never the opening: no call waits for another one's. */
async function doorOf(env: PollEnvironment): Promise<Door> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const settings = await openSettings(env);
  const first = opened.get(env);
  if (first !== undefined) return first;
  const usual = usualOf(env.USUAL_TIER);
  const rates = openRates({ tiers: { usual, of: async () => usual }, clock: () => Date.now() });
  const door = { settings, rates };
  opened.set(env, door);
  return door;
}

async function openSettings(env: PollEnvironment): Promise<ProofSettings> {
  refuseSecrets({ NONCE_KEY: env.NONCE_KEY });
  const store = openPollStore(openPollDatabases(env));
  return {
    controlPlane: env.CONTROL_PLANE,
    nonceKey: await importNonceKey(readSecret("NONCE_KEY", env.NONCE_KEY)),
    clock: () => Date.now(),
    findHead: ({ tenant, zone, relay }) => store.within(tenant).zoneHead(zone, relay),
  };
}

/** Polls are GET: what they prove is no bytes. */
const noBody = async (): Promise<Uint8Array> => new Uint8Array(0);

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "GET" || pathname !== "/v1/zone/snapshot") return env.API.fetch(request);
    // Whoever holds a poll verifies its proof and reads its row: to do so here, too, would cost as much again.
    if (readPoll(request).waitSeconds > 0) return env.API.fetch(request);
    let door: Door;
    try {
      door = await doorOf(env);
    } catch (thrown) {
      return answerUnopened(thrown, env.LOG_LEVEL);
    }
    const { settings, rates } = door;
    const requestId = crypto.randomUUID();
    let response: Response;
    let told: RateHeaders = {};
    try {
      rates.address(request.headers.get("cf-connecting-ip") ?? "", true);
      const { head, relay } = await authenticateRelay(request, noBody, settings);
      rates.take(await rates.relayOf(relay), (headers) => {
        told = headers;
      });
      const idle = idleAnswer(readPoll(request), head);
      // The API worker verifies the same proof again: a reading proof may be shown twice.
      if (idle === null) return env.API.fetch(request);
      response = idle;
    } catch (thrown) {
      if (thrown instanceof Elsewhere) return env.API.fetch(request);
      response = withSecurity(answerProblem(thrown, requestId, openLog(env.LOG_LEVEL)), true);
      if (response.status === 429) for (const [name, value] of Object.entries(told)) response.headers.set(name, value);
    }
    response.headers.set("x-request-id", requestId);
    return withNonce(response, settings);
  },
} satisfies ExportedHandler<PollEnvironment>;
