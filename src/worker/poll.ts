// The poll worker: says "nothing new" from one row, and hands everything else to the API worker.
import { withSecurity } from "#app/answer.ts";
import { idleAnswer, readPoll } from "#app/poll.ts";
import { answerProblem } from "#app/problem.ts";
import { authenticateRelay, type ProofSettings, withNonce } from "#app/proof.ts";
import { openPollStore } from "#store/poll.ts";
import { importNonceKey } from "#trust/nonce.ts";
import type { PollEnvironment } from "./environment.ts";
import { openLog } from "./log.ts";
import { Elsewhere, openPollDatabases } from "./poll-databases.ts";
import { readSecret } from "./secret-bytes.ts";

const opened = new WeakMap<PollEnvironment, Promise<ProofSettings>>();

function settingsOf(env: PollEnvironment): Promise<ProofSettings> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const settings = openSettings(env);
  opened.set(env, settings);
  return settings;
}

async function openSettings(env: PollEnvironment): Promise<ProofSettings> {
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
    const settings = await settingsOf(env);
    const requestId = crypto.randomUUID();
    let response: Response;
    try {
      const { head } = await authenticateRelay(request, noBody, settings);
      const idle = idleAnswer(readPoll(request), head);
      // The API worker verifies the same proof again: a reading proof may be shown twice.
      if (idle === null) return env.API.fetch(request);
      response = idle;
    } catch (thrown) {
      if (thrown instanceof Elsewhere) return env.API.fetch(request);
      response = withSecurity(answerProblem(thrown, requestId, openLog(env.LOG_LEVEL)), true);
    }
    response.headers.set("x-request-id", requestId);
    return withNonce(response, settings);
  },
} satisfies ExportedHandler<PollEnvironment>;
