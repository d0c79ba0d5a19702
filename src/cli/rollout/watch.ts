// Following a revision until all proxies have it: asked again and again, answered only when something has changed.
import { setTimeout as sleep } from "node:timers/promises";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import type { Connection } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { interruptible } from "#cli/interruption.ts";
import { progress } from "#cli/progress.ts";
import type { Terminal } from "#cli/terminal.ts";
import { timeoutMs } from "#cli/timeout.ts";
import { type PlaceOf, progressText, refusalLines } from "./text.ts";

export interface Following {
  readonly revision: number;
  /** As the user wrote it. */
  readonly timeout: string;
  readonly placeOf?: PlaceOf;
}

export const TIMEOUT_OPTION = {
  flags: "--timeout <duration>",
  help: "how long to wait for the proxies",
  default: "5m",
} as const;

/** Most changes have come everywhere within a second; what takes longer is asked for less often. Milliseconds. */
const SOON = { every: 200, until: 5000 } as const;
const LATER = 1000;

/**
 * Tells each step on stderr, and gives the delivery once all have it. Failures: `rejected` when an Envoy refuses it,
 * `timeout`, `interrupted`, `absent` when there is no such revision.
 */
export async function follow(
  connection: Connection,
  terminal: Terminal,
  { revision, timeout, placeOf }: Following,
): Promise<RevisionDeliveryBody> {
  const boundMs = timeoutMs(timeout);
  const began = Date.now();
  const goesOn = `revision ${revision} is committed and goes on by itself; weft rollout watch ${revision} follows it again`;
  const { signal } = connection;
  const follow = async (): Promise<RevisionDeliveryBody> => {
    let told = "";
    let etag = "";
    let body: RevisionDeliveryBody | undefined;
    for (;;) {
      const answer = await ask(connection, revision, etag);
      body = answer.body ?? body;
      etag = answer.headers.get("etag") ?? etag;
      const now = Date.now() - began;
      if (body?.state === "delivered") return body;
      if (body?.state === "rejected") throw rejected(body, placeOf);
      const text = body === undefined ? "" : progressText(body);
      if (text !== told && text !== "") terminal.err(`${text}\n`);
      told = text;
      if (now > boundMs) throw late(body, revision, timeout);
      await sleep(now < SOON.until ? SOON.every : LATER, undefined, { signal });
    }
  };
  return interruptible(signal, goesOn, () => progress(terminal, `following revision ${revision}`, follow));
}

/** One look at it. Failure `absent` when there is no such revision. */
export function ask(connection: Connection, revision: number, etag: string) {
  return connection.ask(
    `the delivery of revision ${revision} could not be read`,
    (client, organisation) =>
      client.exchange("getRevisionDelivery", {
        params: { organisation, revision: String(revision) },
        ...(etag !== "" && { headers: { "if-none-match": etag } }),
      }),
    "weft rollout list shows the revisions",
  );
}

/** The number of a revision on the command line. */
export function readRevision(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usage(`${JSON.stringify(text)} is no number of a revision`, "weft rollout list shows the revisions");
}

function rejected(body: RevisionDeliveryBody, placeOf?: PlaceOf): Failure {
  const { revision, proxies } = body;
  const who = proxies.nacked === 1 ? "one Envoy refuses it" : `${proxies.nacked} Envoys refuse it`;
  return new Failure("rejected", {
    what: `revision ${revision} is not everywhere: ${who}, and what was there before stays`,
    why: refusalLines(body, placeOf).join("\n"),
    fix: ["mend what is named above and apply again", `weft rollout status ${revision} shows who has it`],
  });
}

function late(body: RevisionDeliveryBody | undefined, revision: number, timeout: string): Failure {
  const lagging = (body?.relays ?? []).flatMap(({ zone, relay, online, state, laggards }) => {
    if (!online) return [];
    if (state === "waiting") return [`zone ${zone}: relay ${relay} has not fetched it`];
    return laggards
      .filter((one) => one.state !== "absent")
      .map(
        (one) =>
          `zone ${zone}: proxy ${one.proxy} ${one.state === "fetched" ? "was sent nothing yet" : "has not answered"}`,
      );
  });
  return new Failure("timeout", {
    what: `not every proxy has revision ${revision} after ${timeout}`,
    ...(body !== undefined && { where: progressText(body) }),
    why: lagging.join("\n"),
    fix: `weft rollout watch ${revision} goes on waiting; weft rollout status ${revision} shows who has it`,
  });
}
