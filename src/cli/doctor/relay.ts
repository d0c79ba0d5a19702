// One relay, as this machine reaches it.
import { readFileSync } from "node:fs";
import { reasonOf } from "#cli/failure.ts";
import type { RelayStatus } from "#cli/inspect/relay-status.ts";
import type { RelayPlace } from "#cli/inspect/relay-view.ts";
import { callRelay } from "#cli/proxy/relay-call.ts";
import { type Finding, findingsAt } from "./finding.ts";

const PATIENCE = 5000;

/** Over TLS that its own CA proves. */
export async function lookAtRelay({ url, ca }: RelayPlace): Promise<readonly Finding[]> {
  const { ok, warning, failure } = findingsAt(`relay ${url}`);
  let status: Partial<RelayStatus>;
  try {
    const answer = await callRelay(
      { url: new URL(url), ca: readFileSync(ca, "utf8") },
      { method: "GET", path: "/status", timeoutMs: PATIENCE },
    );
    if (answer.status !== 200) return [failure(`it answers with HTTP ${answer.status}`, "is that a relay's address?")];
    status = JSON.parse(answer.body) as Partial<RelayStatus>;
  } catch (error) {
    return [
      failure("it cannot be asked", `is it running, and is ${ca} the CA that it wrote (ca.pem)?`, reasonOf(error)),
    ];
  }
  const found: Finding[] = [
    status.snapshot == null
      ? failure("it has no snapshot: no proxy can start", "does it reach the control plane? its log says why not")
      : ok(`serves ${status.zone === undefined ? "" : `zone ${status.zone}, `}revision ${status.snapshot.revision}`),
  ];
  if (status.controlPlane !== "reached")
    found.push(
      warning(
        `the control plane is ${status.controlPlane}`,
        "the zone goes on by itself; look into the network between",
      ),
    );
  else if (status.news?.bell === "shut")
    found.push(
      warning(
        status.news.way === "plain"
          ? "it asks for changes now and then: neither the bell nor a held answer comes through"
          : "it holds polls, as the bell does not come through",
        "let WebSockets pass between it and the control plane (docs/guides/behind-proxies.md); it tries again by itself",
        status.news.reason,
      ),
    );
  const { damagedFiles = 0 } = status;
  if (damagedFiles > 0)
    found.push(
      warning(
        `${damagedFiles === 1 ? "a file" : `${damagedFiles} files`} of its state folder ${damagedFiles === 1 ? "was" : "were"} damaged when it started`,
        "its log names each and what was used instead; look at the disk",
      ),
    );
  for (const { mesh, name, certificate } of status.proxies ?? [])
    if (certificate.problem !== null)
      found.push(
        failure(
          `${mesh === "" ? "" : `${mesh}/`}${name}: ${certificate.problem}`,
          "weft why NAME, and the relay's log",
        ),
      );
  return found;
}
