// This machine: Node, Envoy, the tools that redirect traffic.

import { ENVOY_VERSION } from "#cli/envoy/release.ts";
import { versionOf } from "#cli/envoy/version.ts";
import { findEnvoy } from "#cli/envoy.ts";
import { asFailure } from "#cli/failure.ts";
import { type Finding, findingsAt } from "./finding.ts";

const { ok, warning, failure, failed } = findingsAt("machine");

/** Nothing is changed, and nothing leaves the machine. */
export async function lookAtMachine(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<readonly Finding[]> {
  return [nodeFinding(process.versions.node), await envoyFinding(env, signal)];
}

function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? ok(`Node ${version}`)
    : failure(`Node ${version} is too old`, "install Node 20.19 or newer");
}

async function envoyFinding(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Finding> {
  try {
    const found = findEnvoy(env);
    if (found === undefined)
      return warning(
        "there is no Envoy: proxies cannot run here",
        "weft envoy install, or name one by WEFT_ENVOY",
        "WEFT_ENVOY is not set, PATH has no envoy, and the cache is empty",
      );
    const said = await versionOf(found.path, signal);
    if (said === undefined)
      return failure(`${found.path} does not answer --version as an Envoy does`, "name another by WEFT_ENVOY");
    return said.version === ENVOY_VERSION
      ? ok(`Envoy ${said.version} (${found.source})`)
      : warning(
          `Envoy ${said.version} (${found.source}); Weft is tested with ${ENVOY_VERSION}`,
          `weft envoy install fetches ${ENVOY_VERSION}`,
        );
  } catch (thrown) {
    return failed(asFailure(thrown).parts);
  }
}
