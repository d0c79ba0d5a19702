// The control plane of `weft up`: a child on a libSQL file in the state folder.
import { join } from "node:path";
import { edgePath, NODE_FLAGS } from "#cli/edge.ts";
import { readTokenFile } from "#cli/token-file.ts";
import type { Sealed } from "#model/sealed.ts";
import type { Crew } from "./crew.ts";
import { announced, waitFor } from "./wait.ts";

export interface ControlPlane {
  readonly url: string;
  readonly operatorSecret: () => Sealed;
}

/** Starts it and waits until it listens. Throws Failure with the end of its log. */
export async function startControlPlane(
  crew: Crew,
  folder: string,
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<ControlPlane> {
  const announce = join(folder, "run", "control-plane.json");
  const child = crew.start("control-plane", {
    name: "control-plane",
    entry: edgePath("node"),
    nodeFlags: NODE_FLAGS.node,
    args: [
      "--state-dir",
      join(folder, "control-plane"),
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--private-webhooks",
    ],
    env,
    log: join(folder, "log", "control-plane.log"),
    announce,
  });
  const { url, operatorSecretFile } = await waitFor({
    what: "the control plane",
    child,
    boundMs: 30_000,
    probe: () => announced<{ url: string; operatorSecretFile: string }>(announce),
  });
  return { url, operatorSecret: () => readTokenFile(operatorSecretFile, "the control plane") };
}
