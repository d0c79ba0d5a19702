// first-response: the first call of each sort that fresh workers answer: what was left out of their start is loaded then.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorkers, type Workers } from "../../../test/support/workerd.ts";
import { cpuOf, quantile } from "./process-cpu.ts";

const ROUNDS = 3;

interface Sort {
  readonly path: string;
  readonly status: number;
  readonly method?: string;
  readonly body?: object;
}

const SORTS = {
  poll: { path: "/v1/zone/snapshot", status: 401 },
  read: { path: "/o/first/meshes", status: 200 },
  write: { path: "/o/first/meshes/default", status: 200, method: "PUT", body: { type: "Mesh", name: "default" } },
  document: { path: "/openapi.json", status: 200 },
  accounts: { path: "/v1/account/ways", status: 200 },
} as const satisfies Record<string, Sort>;

/** One record: medians over starts of all three workers, one first call each. The reference is the same call at once again. */
export async function firstResponse(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "weft-first-"));
  try {
    const token = await using(folder, found);
    const names = Object.keys(SORTS) as (keyof typeof SORTS)[];
    const taken = new Map<string, { ms: number; cpu: number; again: number }[]>(names.map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of names) {
        const one = await using(folder, async (workers) => {
          const [start, before] = [performance.now(), cpuOf(workers.pid)];
          await ask(workers, SORTS[name], token);
          const [ms, middle] = [performance.now() - start, cpuOf(workers.pid)];
          await ask(workers, SORTS[name], token);
          return { ms, cpu: middle - before, again: cpuOf(workers.pid) - middle };
        });
        taken.get(name)?.push(one);
      }
    }
    const each = (what: "ms" | "cpu" | "again"): Record<string, number> =>
      Object.fromEntries(
        names.map((name) => {
          const values = (taken.get(name) ?? []).map((one) => one[what]);
          return [name, Number(quantile(values, 0.5).toFixed(1))];
        }),
      );
    const [cpu, again] = [each("cpu"), each("again")];
    return {
      measure: "first-response",
      cpu_ms: cpu,
      ms: each("ms"),
      reference: { second_cpu_ms: again },
      ratio: Number(((cpu.read ?? 0) / (again.read ?? 1)).toFixed(1)),
      rounds: ROUNDS,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function using<T>(folder: string, use: (workers: Workers) => Promise<T>): Promise<T> {
  const workers = await startWorkers(folder);
  try {
    return await use(workers);
  } finally {
    await workers.close();
  }
}

/** An organisation with its mesh, so that reads find something; its token. */
async function found(workers: Workers): Promise<string> {
  const answer = await fetch(`${workers.url}/v1/organisations`, {
    method: "POST",
    headers: { authorization: `Bearer ${workers.operatorSecret}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "first" }),
  });
  if (answer.status !== 201) throw new Error(`no organisation: ${answer.status} ${await answer.text()}`);
  const { token } = (await answer.json()) as { readonly token: { readonly token: string } };
  await ask(workers, { ...SORTS.write, status: 201 }, token.token);
  return token.token;
}

async function ask(workers: Workers, { path, status, method = "GET", body }: Sort, token: string): Promise<void> {
  const answer = await fetch(workers.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 300)}`);
}
