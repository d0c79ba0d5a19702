// Ports of `weft up`: the usual ones, those of the last time, or free ones; and it says which.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Failure } from "#cli/failure.ts";
import { writePrivate } from "#cli/private-file.ts";

/** What listens, and where it does unless that is taken. */
export const USUAL_PORTS = {
  "control-plane": 5681,
  relay: 5678,
  "web-program": 10080,
  "backend-program": 10081,
  "web-inbound": 11080,
  "backend-inbound": 11081,
  "web-to-backend": 10001,
  "web-admin": 9901,
  "backend-admin": 9902,
} as const;
export type PortName = keyof typeof USUAL_PORTS;
export type Ports = Readonly<Record<PortName, number>>;
/** Of the two programs and their proxies. */
export type DemoPorts = Omit<Ports, "control-plane" | "relay">;

export interface PortOptions {
  /** State folder: ports.json there keeps what was chosen. */
  readonly folder: string;
  /** `--port`: the control plane's; 0 = any free port for everything. */
  readonly asked: number | undefined;
  readonly say: (line: string) => void;
}

/** Chooses a port for each name. Throws Failure when the asked one is taken. */
export async function choosePorts({ folder, asked, say }: PortOptions): Promise<Ports> {
  const file = join(folder, "ports.json");
  const before = readPorts(file);
  const chosen: Partial<Record<PortName, number>> = {};
  // A port that stands in for a taken one is for this run only.
  const kept: Partial<Record<PortName, number>> = {};
  const used = new Set<number>();
  for (const name of Object.keys(USUAL_PORTS) as PortName[]) {
    const given = name === "control-plane" ? asked : undefined;
    const wanted = given ?? before[name] ?? (asked === 0 ? 0 : USUAL_PORTS[name]);
    if (wanted !== 0 && !used.has(wanted) && (await isFree(wanted))) chosen[name] = wanted;
    else if (wanted !== 0 && given !== undefined) throw taken(wanted);
    else chosen[name] = await freePort(used);
    if (wanted !== 0 && chosen[name] !== wanted)
      say(`port ${wanted} of ${name} is taken; using ${chosen[name]} instead`);
    kept[name] = wanted === 0 ? chosen[name] : wanted;
    used.add(chosen[name]);
  }
  writePrivate(file, `${JSON.stringify(kept, null, 2)}\n`, 0o644);
  return chosen as Ports;
}

/** The port itself if nothing listens there, else a free one. */
export async function portInstead(port: number): Promise<number> {
  return (await isFree(port)) ? port : freePort(new Set());
}

/** The usual ports of the two programs and their proxies, or free ones. */
export async function demoPorts(): Promise<DemoPorts> {
  const { "control-plane": _, relay, ...usual } = USUAL_PORTS;
  const used = new Set<number>([relay]);
  const ports: Partial<Record<keyof DemoPorts, number>> = {};
  for (const name of Object.keys(usual) as (keyof DemoPorts)[]) {
    const wanted = usual[name];
    const port = !used.has(wanted) && (await isFree(wanted)) ? wanted : await freePort(used);
    ports[name] = port;
    used.add(port);
  }
  return ports as DemoPorts;
}

function taken(port: number): Failure {
  return new Failure("failed", {
    what: `port ${port} is taken, so the control plane cannot listen there`,
    where: `127.0.0.1:${port}`,
    fix: ["--port N  chooses another", "--port 0  takes any free one"],
  });
}

function readPorts(file: string): Partial<Record<PortName, number>> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<Record<PortName, number>>;
  } catch {
    return {};
  }
}

/** Whether nobody listens there on 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return listening(port).then(
    () => true,
    () => false,
  );
}

/** A port that the system gives, that no other name has got, and that is no usual one. */
async function freePort(used: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await listening(0);
    if (!used.has(port)) return port;
  }
}

function listening(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const got = (server.address() as { port: number }).port;
      server.close(() => resolve(got));
    });
  });
}
