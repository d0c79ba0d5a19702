// The quiet organisation's writes, one at a time with pauses: an open rate would make a busy machine's quiet one wait for itself.
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Writer, writeTimeout } from "./call.ts";

export interface Timed {
  /** By the clock; milliseconds. */
  readonly took: number;
  /** What the control plane's main thread ran meanwhile; milliseconds. */
  readonly ran: number;
}

export interface Pace {
  readonly writes: number;
  /** Between an answer and the next write; milliseconds. */
  readonly pause: number;
  readonly ran: () => number;
}

/** Of ten, two change a zone's snapshot; the others select nobody: they are judged, committed and compiled. */
export async function writeQuietly(
  writer: Writer,
  zones: readonly string[],
  { writes, pause, ran }: Pace,
): Promise<readonly Timed[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const all: Timed[] = [];
  for (let turn = 0; turn < writes; turn++) {
    await sleep(pause);
    const zone = turn % 5 === 0 ? zones[(turn / 5) % zones.length] : undefined;
    const tags = { "kuma.io/service": zone === undefined ? "nobody" : `client-${zone}` };
    const name = zone === undefined ? `still-${turn % 10}` : `moves-${zone}`;
    const [before, ranBefore] = [performance.now(), ran()];
    const answer = await writeTimeout(agent, writer, name, { connectionTimeout: `${1000 + turn}ms`, tags });
    if (answer.status > 201) throw new Error(`a quiet write failed: ${answer.status} ${answer.text}`);
    all.push({ took: performance.now() - before, ran: ran() - ranBefore });
  }
  agent.destroy();
  return all;
}
