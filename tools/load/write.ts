// Writes at a rate, whether or not the ones before are answered; each is kept with what came of it.
import { Agent, request } from "node:http";
import type { LoadedOrganisation } from "./world.ts";

export interface Written {
  readonly organisation: string;
  readonly name: string;
  /** Stands in the resource: no other write has it. */
  readonly value: string;
  /** Whose snapshot it changes; null = nobody's. */
  readonly zone: string | null;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
  /** Null = not answered yet. */
  took: number | null;
  /** Of the answer; null where it was an error, which `failure` tells. */
  sequence: number | null;
  failure: string | null;
}

export interface Writing {
  readonly all: readonly Written[];
  /** Writes that were put off because too many were on their way. */
  readonly held: number;
}

/** Calls on their way at once. */
const MOST_OPEN = 512;

/** Runs for so many seconds, then waits for all answers. `answered` hears of each. */
export async function writeAtRate(
  url: string,
  organisations: readonly LoadedOrganisation[],
  { writes, seconds, moving }: { readonly writes: number; readonly seconds: number; readonly moving: number },
  answered: (written: Written) => void,
): Promise<Writing> {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_OPEN });
  const all: Written[] = [];
  const open = new Set<Promise<void>>();
  let held = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  for (let turn = 0; writes > 0; ) {
    const now = performance.now();
    if (now >= end) break;
    const due = Math.min(writes * seconds, Math.ceil(((now - began) / 1000) * writes));
    for (; turn < due; turn++) {
      if (open.size >= MOST_OPEN) {
        held++;
        continue;
      }
      const one = writeOf(organisations, turn, moving);
      all.push(one.written);
      const sent = send(agent, url, one).then(() => answered(one.written));
      open.add(sent);
      void sent.finally(() => open.delete(sent));
    }
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await Promise.all(open);
  agent.destroy();
  return { all, held };
}

interface Planned {
  readonly written: Written;
  readonly token: string;
  readonly body: string;
}

function writeOf(organisations: readonly LoadedOrganisation[], turn: number, moving: number): Planned {
  const { name: organisation, token, zones } = organisations[turn % organisations.length] as LoadedOrganisation;
  const round = Math.floor(turn / organisations.length);
  const moves = zones.length > 0 && (turn * 37) % 100 < moving;
  const zone = moves ? (zones[round % zones.length] as string) : null;
  const name = zone === null ? `still-${round % 10}` : `moves-${zone}`;
  const value = `${turn + 1000}ms`;
  // Of the still ones nobody is selected: they are judged, committed and compiled, and change no snapshot.
  const tags = zone === null ? { "kuma.io/service": "nobody" } : { "kuma.io/service": `client-${zone}` };
  const to = [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: value } }];
  const labels = { "load/write": value };
  const body = {
    type: "MeshTimeout",
    mesh: "default",
    name,
    labels,
    spec: { targetRef: { kind: "MeshSubset", tags }, to },
  };
  const written: Written = {
    ...{ organisation, name, value, zone, sentAt: performance.now() },
    ...{ took: null, sequence: null, failure: null },
  };
  return { written, token, body: JSON.stringify(body) };
}

function send(agent: Agent, url: string, { written, token, body }: Planned): Promise<void> {
  const path = `${url}/o/${written.organisation}/meshes/default/meshtimeouts/${written.name}`;
  return new Promise((resolve) => {
    const done = (failure: string | null): void => {
      written.took = performance.now() - written.sentAt;
      written.failure = failure;
      resolve();
    };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const call = request(path, { method: "PUT", agent, headers, timeout: 60_000 }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", (error) => done(error.message));
      answer.on("end", () => {
        const status = answer.statusCode ?? 0;
        const sequence = /^"\d+-(\d+)"$/.exec(answer.headers.etag ?? "")?.[1];
        if (status > 201) return done(`${status} ${Buffer.concat(parts).toString().slice(0, 300)}`);
        written.sequence = sequence === undefined ? null : Number(sequence);
        done(sequence === undefined ? `no sequence in the ETag ${answer.headers.etag}` : null);
      });
    });
    call.on("timeout", () => call.destroy(new Error("no answer within a minute")));
    call.on("error", (error) => done(error.message));
    call.end(body);
  });
}
