// The quiet organisation's writes, one at a time with pauses: an open rate would make a busy machine's quiet one wait for itself.
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { coreless } from "../../load/plane.ts";
import { type Writer, writeTimeout } from "./call.ts";

export interface Timed {
  /** By the clock; milliseconds. */
  readonly took: number;
  /** Of that, how long the control plane's main thread or this one were ready to run and had no core. */
  readonly waited: number;
}

export interface Pace {
  readonly writes: number;
  /** The control plane's `Timed.waited`, since its start. */
  readonly waited: () => number;
}

/** Between an answer and the next write, one of so many milliseconds by turns: none meets the same moment of the noise each time. */
const PAUSES = [10, 23, 16, 29, 13, 26, 19] as const;

/** Of ten, two change a zone's snapshot; the others select nobody: they are judged, committed and compiled. */
export async function writeQuietly(
  writer: Writer,
  zones: readonly string[],
  { writes, waited }: Pace,
): Promise<readonly Timed[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const all: Timed[] = [];
  for (let turn = 0; turn < writes; turn++) {
    await sleep(PAUSES[turn % PAUSES.length]);
    const zone = turn % 5 === 0 ? zones[(turn / 5) % zones.length] : undefined;
    const tags = { "kuma.io/service": zone === undefined ? "nobody" : `client-${zone}` };
    const name = zone === undefined ? `still-${turn % 10}` : `moves-${zone}`;
    const [before, waitedBefore] = [performance.now(), waited() + coreless(process.pid)];
    const answer = await writeTimeout(agent, writer, name, { connectionTimeout: `${1000 + turn}ms`, tags });
    if (answer.status > 201) throw new Error(`a quiet write failed: ${answer.status} ${answer.text}`);
    all.push({ took: performance.now() - before, waited: waited() + coreless(process.pid) - waitedBefore });
  }
  agent.destroy();
  return all;
}
