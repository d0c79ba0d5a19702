// The control plane, from the outside in: its name, its port, its answer, its clock, and whether it takes the token.
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { Target } from "#cli/context.ts";
import { reasonOf } from "#cli/failure.ts";
import { type Finding, findingsAt } from "./finding.ts";

const { ok, warning, failure } = findingsAt("control plane");

/** Milliseconds for each step. */
const PATIENCE = 5000;
/** Tokens, proofs and certificates say when they begin and end: so far two clocks may differ; milliseconds. */
const MOST_SKEW = 30_000;

/** Stops at the first step that fails: what follows would fail for the same reason. */
export async function lookAtControlPlane({ url, controlPlane, token, source }: Target): Promise<readonly Finding[]> {
  const place = new URL(controlPlane);
  const found: Finding[] = [];
  const port = Number(place.port || (place.protocol === "https:" ? 443 : 80));
  const steps: readonly (() => Promise<Finding | readonly Finding[]>)[] = [
    () => resolves(place.hostname),
    () => listens(place.hostname, port),
    () => answers(url, token?.reveal()),
  ];
  for (const step of steps) {
    found.push(...[await step()].flat());
    if (found.some(({ state }) => state === "failure")) return found;
  }
  if (token === undefined)
    found.push(
      failure(`there is no API token for ${url} (${source})`, "--token-file FILE, or weft config set-context"),
    );
  return found;
}

async function resolves(host: string): Promise<Finding> {
  const plain = host.replace(/^\[|\]$/g, "");
  try {
    const { address } = await lookup(plain);
    return ok(address === plain ? `address ${address}` : `${plain} is ${address}`);
  } catch (error) {
    return failure(
      `${plain} has no address`,
      "is the URL right, and does DNS work here? weft config show says where the URL comes from",
      reasonOf(error),
    );
  }
}

function listens(host: string, port: number): Promise<Finding> {
  const plain = host.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({ host: plain, port, timeout: PATIENCE });
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    const refuse = (why: string): void =>
      end(
        failure(
          `nothing takes a connection at ${host}:${port}`,
          "is it running there (weft up, weft serve), is the port right, and does a firewall lie between?",
          why,
        ),
      );
    socket.once("connect", () => end(ok(`port ${port} takes connections`)));
    socket.once("timeout", () => refuse(`no answer within ${PATIENCE / 1000} s`));
    socket.once("error", (error) => refuse(reasonOf(error)));
  });
}

async function answers(url: string, token: string | undefined): Promise<Finding | readonly Finding[]> {
  const begun = Date.now();
  let answer: Response;
  let told: string;
  try {
    answer = await fetch(`${url}/who-am-i`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
    told = await answer.text();
  } catch (error) {
    return failure(
      "it gives no answer to HTTP",
      "is the URL's scheme right, and its certificate trusted here?",
      reasonOf(error),
    );
  }
  const took = Date.now() - begun;
  if (!answer.headers.has("x-request-id"))
    return failure(
      `what answers there is no control plane of Weft (HTTP ${answer.status})`,
      "correct the URL: https://host/o/NAME",
    );
  if (token !== undefined && answer.status === 401)
    return failure(
      "it does not take the token",
      "use one of this organisation that has neither expired nor been revoked; whoever has one: weft token create NAME -s SCOPE",
      detailOf(told),
    );
  if (token !== undefined && answer.status !== 200)
    return failure(
      `it answers with HTTP ${answer.status}`,
      "is the organisation's name in the URL right? https://host/o/NAME",
      detailOf(told),
    );
  const taken = `answers in ${took} ms${token === undefined ? "" : ", and takes the token"}`;
  return [ok(taken), ...clockFinding(answer.headers.get("date"), begun + took / 2)];
}

/** The header has whole seconds. */
function clockFinding(date: string | null, now: number): readonly Finding[] {
  const skew = date === null ? 0 : now - (Date.parse(date) + 500);
  if (Math.abs(skew) > MOST_SKEW + 500)
    return [
      warning(
        `this machine's clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} its clock`,
        "set the clock: timedatectl set-ntp true, or what keeps time here",
        "tokens and certificates are refused outside their time",
      ),
    ];
  return [];
}

/** What a problem document says; empty where it is none. */
function detailOf(text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { readonly detail?: unknown; readonly title?: unknown };
    return String(detail ?? title ?? "");
  } catch {
    return "";
  }
}
