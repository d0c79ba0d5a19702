// hop: what a call costs for its way through workers: by a door, into an object, and into one of another worker.
import { Miniflare, type WorkerOptions } from "miniflare";
import { children } from "../../../test/support/workerd.ts";
import { cpuOf, quantile } from "./process-cpu.ts";

/** Calls that are not counted. */
const WARM_UP = 300;
const BLOCKS = 9;
const BLOCK = 400;

/** What a write hands to its writer, and what comes back; nothing is done in between. */
const OBJECT = `import { DurableObject } from "cloudflare:workers";
export class Writer extends DurableObject {
  async apply() {
    return { revision: 1, sequence: 1, results: [{ created: false, etag: "a", warnings: [] }], changes: [] };
  }
}
`;
const API = `const body = { type: "MeshTimeout", mesh: "default", name: "a", spec: { to: [{ targetRef: { kind: "Mesh" } }] } };
const change = { put: [{ key: { type: "MeshTimeout", mesh: "default", name: "a" }, body }], delete: [], writeId: "a" };
export default {
  async fetch(request, { WRITER }) {
    if (WRITER === undefined) return Response.json(change);
    return Response.json(await WRITER.get(WRITER.idFromName("a")).apply({ tenant: "a", scopes: ["admin"] }, change));
  },
};
`;
const DOOR = "export default { fetch: (request, { API }) => API.fetch(request) };";
const HOLDER = `${OBJECT}export default { fetch: () => new Response() };`;

const worker = (name: string, script: string, more: object = {}): WorkerOptions =>
  ({ name, script, modules: true, compatibilityDate: "2026-04-01", ...more }) as WorkerOptions;
const own = { durableObjects: { WRITER: { className: "Writer" } } };
const distant = { durableObjects: { WRITER: { className: "Writer", scriptName: "writer" } } };

/** The first of each takes the call. */
const WAYS: Readonly<Record<string, readonly WorkerOptions[]>> = {
  no_object: [worker("api", API)],
  own_object: [worker("api", OBJECT + API, own)],
  distant_object: [worker("api", API, distant), worker("writer", HOLDER, own)],
  door_and_distant_object: [
    worker("poll", DOOR, { serviceBindings: { API: "api" } }),
    worker("api", API, distant),
    worker("writer", HOLDER, own),
  ],
};

/** One record: medians of blocks of calls, taken in turns, of a workerd each. */
export async function hop(): Promise<Record<string, unknown>> {
  const ways: { readonly name: string; readonly flare: Miniflare; readonly url: URL; readonly pid: number }[] = [];
  try {
    for (const [name, workers] of Object.entries(WAYS)) {
      const before = new Set(children());
      const flare = new Miniflare({ host: "127.0.0.1", port: 0, workers: [...workers] });
      const url = await flare.ready;
      ways.push({ name, flare, url, pid: children().find((one) => !before.has(one)) as number });
      for (let count = 0; count < WARM_UP; count++) await ask(url);
    }
    const taken = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
    for (let block = 0; block < BLOCKS; block++) {
      for (const { name, url, pid } of ways) {
        const before = cpuOf(pid);
        for (let count = 0; count < BLOCK; count++) await ask(url);
        taken.get(name)?.push((cpuOf(pid) - before) / BLOCK);
      }
    }
    const each = Object.fromEntries(
      ways.map(({ name }) => [name, Number(quantile(taken.get(name) ?? [], 0.5).toFixed(3))]),
    );
    const { no_object = 0, own_object = 0, distant_object = 0, door_and_distant_object = 0 } = each;
    const less = (more: number, than: number): number => Number((more - than).toFixed(3));
    return {
      measure: "hop",
      object_ms: less(own_object, no_object),
      other_worker_ms: less(distant_object, own_object),
      door_ms: less(door_and_distant_object, distant_object),
      reference: { cpu_ms: each },
      ratio: Number((distant_object / own_object).toFixed(2)),
      calls: BLOCKS * BLOCK,
    };
  } finally {
    for (const { flare } of ways) await flare.dispose();
  }
}

async function ask(url: URL): Promise<void> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}
