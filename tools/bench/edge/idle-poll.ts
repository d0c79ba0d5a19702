// edge-poll: a poll that finds nothing new, in workerd with D1: CPU of the process, and rows as D1 counts them.
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import type { WorkerOptions } from "miniflare";
import { formatBase } from "#control/poll/base.ts";
import { CONTROL_PLANE, type Metered, NONCE_KEY, openMetered, TENANTS_D1 } from "../../../test/control/metered.ts";
import { cpuOf, quantile } from "./process-cpu.ts";

const PATH = "/v1/zone/snapshot";
/** Blocks that are not counted. */
const WARM_UP = 2;
const BLOCKS = 10;
const BLOCK = 250;

const COMPATIBLE = { compatibilityDate: "2026-04-01", modules: true, unsafeDirectSockets: [{ host: "127.0.0.1" }] };

/** The same row by the same binding, and nothing else: what HTTP and the stand-in of D1, which is in the process too, take. */
const ROW = `export default {
  async fetch(request, { TENANTS }) {
    const sql = "SELECT * FROM zone_head WHERE tenant_id = ?1 AND zone = ?2 AND relay = ?3";
    await TENANTS.batch([TENANTS.prepare(sql).bind(...request.headers.get("x-key").split("."))]);
    return new Response(null, { status: 304 });
  },
};`;

/** That, and the signatures alone: one ES256 verified with a key that is held, two HMACs. */
const SIGNED = `let held;
const hold = async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const body = new Uint8Array(300);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const mac = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return { ...pair, body, algorithm, mac, signature: await crypto.subtle.sign(algorithm, pair.privateKey, body) };
};
import row from "./row.js";
export default {
  async fetch(request, env) {
    const { publicKey, body, algorithm, mac, signature } = await (held ??= hold());
    if (!(await crypto.subtle.verify(algorithm, publicKey, signature, body))) throw new Error("no signature");
    for (let i = 0; i < 2; i++) await crypto.subtle.sign("HMAC", mac, body.subarray(0, 8));
    return row.fetch(request, env);
  },
};`;

/** The poll worker with its database metered. */
const METERED = `import poll from "./poll.js";
let [read, written] = [0, 0];
let bound;
const meter = (database) => ({
  prepare: (sql) => database.prepare(sql),
  async batch(statements) {
    const answers = await database.batch(statements);
    for (const { meta } of answers) [read, written] = [read + meta.rows_read, written + meta.rows_written];
    return answers;
  },
});
export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/rows") {
      bound ??= { ...env, TENANTS: meter(env.TENANTS) };
      return poll.fetch(request, bound, context);
    }
    const answer = Response.json({ read, written });
    [read, written] = [0, 0];
    return answer;
  },
};`;

const workers = (poll: string): WorkerOptions[] => {
  const of = (name: string, more: object): WorkerOptions =>
    ({ name, ...COMPATIBLE, d1Databases: { TENANTS: TENANTS_D1 }, ...more }) as WorkerOptions;
  const nobody = {
    name: "api",
    modules: true,
    script: "export default { fetch: () => new Response(null, { status: 500 }) }",
  };
  const esModules = (...parts: readonly (readonly [string, string])[]): object => ({
    modules: parts.map(([path, contents]) => ({ type: "ESModule", path, contents })),
  });
  // One relay asks as often as it can: the tier is one without rates, and what counting costs is not in the figure.
  const own = { bindings: { CONTROL_PLANE, NONCE_KEY, USUAL_TIER: "self-hosted" }, serviceBindings: { API: "api" } };
  return [
    of("poll", { script: poll, ...own }),
    of("metered", { ...esModules(["metered.js", METERED], ["poll.js", poll]), ...own }),
    of("row", { script: ROW }),
    of("signed", esModules(["signed.js", SIGNED], ["row.js", ROW])),
    nobody as WorkerOptions,
  ];
};

/** One record. `poll` is the bundle of the poll worker. */
export async function edgePoll(poll: string): Promise<Record<string, unknown>> {
  const metered = await openMetered("d1", workers(poll));
  try {
    const pid = workerdOf(process.pid);
    const names = ["row", "signed", "poll"] as const;
    const askers = new Map<string, Asker>();
    for (const name of names) askers.set(name, await openAsker(metered, name));
    const cpu = new Map<string, number[]>(names.map((name) => [name, []]));
    for (let block = -WARM_UP; block < BLOCKS; block++) {
      for (const [name, { ask, rest }] of askers) {
        // The first opens the connection, and is not counted.
        await ask();
        let before = cpuOf(pid);
        for (let count = 0; count < BLOCK; count++) {
          await ask();
          const after = cpuOf(pid);
          if (block >= 0) cpu.get(name)?.push(after - before);
          before = after;
        }
        rest();
      }
    }
    const at = (name: string, share: number): number => quantile(cpu.get(name) ?? [], share);
    const less = (name: string, share: number): number => Number((at(name, share) - at("row", 0.5)).toFixed(3));
    return {
      measure: "edge-poll",
      cpu_ms: { p50: less("poll", 0.5), p99: less("poll", 0.99) },
      signatures_ms: less("signed", 0.5),
      ...(await rowsOf(metered)),
      reference: { row_and_http_ms: Number(at("row", 0.5).toFixed(3)), row_and_http_p99_ms: less("row", 0.99) },
      ratio: Number((at("poll", 0.5) / at("row", 0.5)).toFixed(2)),
      polls: BLOCKS * BLOCK,
    };
  } finally {
    await metered.close();
  }
}

interface Asker {
  /** Asks once, over one connection; throws where the answer is no 304. */
  readonly ask: () => Promise<void>;
  /** Ends the connection: workerd closes one that nobody uses for seconds, and might do so under the next question. */
  readonly rest: () => void;
}

async function openAsker(metered: Metered, worker: string): Promise<Asker> {
  const url = await metered.flare?.unsafeGetDirectURL(worker);
  if (url === undefined) throw new Error("no workerd");
  const { tenant, zone, relay } = metered.relay;
  const head = await metered.org.store.zoneHead(zone, relay);
  if (head === null || head.version === "") throw new Error("nothing is published");
  metered.plane.now = Date.now();
  const headers = {
    ...(await metered.prove("GET", PATH, "")),
    "if-none-match": `"${formatBase(head.version, head.epoch, head.sequence)}"`,
    "x-key": `${tenant}.${zone}.${relay}`,
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      request(new URL(PATH, url), { agent, headers }, (answer) => {
        answer.resume().on("end", () => {
          if (answer.statusCode === 304) resolve();
          else reject(new Error(`${worker} answered ${answer.statusCode}`));
        });
      })
        .on("error", reject)
        .end();
    });
  return { ask, rest: () => agent.destroy() };
}

/** Rows of a poll, by what D1 tells the poll worker itself. */
async function rowsOf(metered: Metered): Promise<Record<string, number>> {
  const { ask, rest } = await openAsker(metered, "metered");
  const rows = async (): Promise<{ read: number; written: number }> =>
    (await fetch(new URL("/rows", await metered.flare?.unsafeGetDirectURL("metered")))).json();
  await rows();
  for (let count = 0; count < BLOCK; count++) await ask();
  const { read, written } = await rows();
  rest();
  return { rows_read: read / BLOCK, rows_written: written / BLOCK };
}

/** The workerd that a process has started. */
function workerdOf(parent: number): number {
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const [, command, rest = ""] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      if (command === "workerd" && Number(rest.split(" ")[1]) === parent) return Number(name);
    } catch {
      // One that ended meanwhile.
    }
  }
  throw new Error("no workerd runs");
}
