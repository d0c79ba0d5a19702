// The relay of `weft up`'s zone: enrolled by a one-use token at its first start, by its own keys ever after.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { edgeEnvironment, edgePath, NODE_FLAGS } from "#cli/edge.ts";
import { readRelayStatus } from "#cli/inspect/relay-status.ts";
import type { Crew } from "./crew.ts";
import { MESH, ORGANISATION, type Organisation, ZONE } from "./seed.ts";
import { announced, waitFor } from "./wait.ts";

export interface RunningRelay {
  /** `https://127.0.0.1:5678`: ADS. */
  readonly xds: string;
  /** Bootstrap and REST. */
  readonly api: string;
  /** File with the CA of its certificate. */
  readonly ca: string;
}

export interface RelayOptions {
  readonly crew: Crew;
  readonly folder: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly organisation: Organisation;
  readonly controlPlane: string;
}

/** Starts it and waits until it serves the demo's mesh. Throws Failure with the end of its log. */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const { crew, folder, port, env, organisation, controlPlane } = options;
  const state = join(folder, "relay");
  const announce = join(folder, "run", "relay.json");
  const enrolled = existsSync(join(state, "enrolment.json"));
  const own = edgeEnvironment("relay", env);
  const child = crew.start("relay", {
    name: "relay",
    entry: edgePath("relay"),
    nodeFlags: NODE_FLAGS.relay,
    args: ["--control-plane", controlPlane, "--state-dir", state, "--listen", `127.0.0.1:${port}`],
    // By the environment, because a command line is seen by every user of the machine.
    env: enrolled ? own : { ...own, WEFT_ENROLMENT_TOKEN: await enrolmentToken(organisation) },
    log: join(folder, "log", "relay.log"),
    announce,
  });
  return waitFor({
    what: `the relay of zone ${ZONE}`,
    child,
    boundMs: 30_000,
    probe: async () => {
      const relay = announced<RunningRelay>(announce);
      const status = relay && (await readRelayStatus({ url: relay.api, ca: relay.ca }));
      return status?.snapshot?.meshes.includes(MESH) === true ? relay : undefined;
    },
  });
}

async function enrolmentToken({ client }: Organisation): Promise<string> {
  const minted = await client.call("createEnrolment", {
    params: { organisation: ORGANISATION, zone: ZONE },
    body: { validFor: "10m" },
  });
  return minted.token;
}
