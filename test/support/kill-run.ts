// A control plane that is killed in the middle of writes and started again on what it has left: what was acknowledged stands, once.
import { type Answer, call, organisationOf, type Subject, timeout } from "#test/app/subject.ts";

/** One life of a control plane. */
export interface Life extends Pick<Subject, "url" | "operatorSecret"> {
  /** Without warning. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface KillReport {
  readonly acknowledged: number;
  /** Had no answer when it was killed; each is asked again after the start. */
  readonly cutOff: number;
  readonly revisions: number;
  readonly wrong: readonly string[];
}

interface Write {
  readonly key: string;
  readonly name: string;
  readonly value: number;
}

const CLIENTS = 4;

/** `rounds` deaths, each after some `writes` answers. `start` goes on with what the life before has left. */
export async function runKills(start: () => Promise<Life>, rounds: number, writes: number): Promise<KillReport> {
  let life = await start();
  const subject = (): Subject => ({
    ...life,
    fetch: (path, init) => fetch(`${life.url}${path}`, { ...init, headers: { ...init?.headers, connection: "close" } }),
  });
  try {
    const made = await call(subject(), "POST", "/v1/organisations", {
      token: life.operatorSecret,
      body: { name: "kills" },
    });
    const { organisation, token } = made.json;
    const at = (): ReturnType<typeof organisationOf> =>
      organisationOf(subject(), "kills", organisation.id, token.token);
    const mesh = await at().call("PUT", "/meshes/default", { type: "Mesh", name: "default" });
    if (mesh.status !== 201) throw new Error(mesh.text);
    const first = await newest();
    const acknowledged: Write[] = [];
    let cutOff = 0;
    let value = 100;
    for (let round = 0; round < rounds; round++) {
      const open: Write[] = [];
      let answers = 0;
      let isDead = false;
      /** Whether it was acknowledged. */
      const send = async (own: number): Promise<boolean> => {
        const write: Write = { key: `key-${++value}`, name: `t-${own}-${value % 5}`, value };
        const answer = await put(write).catch(() => null);
        if (answer !== null && answer.status <= 201) return acknowledged.push(write) > 0;
        open.push(write);
        if (answer !== null) throw new Error(`${answer.status} ${answer.text}`);
        return false;
      };
      const client = async (own: number): Promise<void> => {
        while (!isDead && (await send(own))) {
          answers += 1;
          if (answers !== writes) continue;
          isDead = true;
          // The others' calls may have been answered by now; this one cannot.
          const last = send(own);
          await life.kill();
          await last;
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, own) => client(own)));
      life = await start();
      cutOff += open.length;
      for (const write of open) {
        const answer = await put(write);
        if (answer.status > 201) throw new Error(`the repeat of ${write.key}: ${answer.status} ${answer.text}`);
        acknowledged.push(write);
      }
    }
    return { acknowledged: acknowledged.length, cutOff, ...(await judge(first, acknowledged)) };

    function put({ key, name, value: own }: Write): Promise<Answer> {
      return at().call(
        "PUT",
        `/meshes/default/meshtimeouts/${name}`,
        { ...timeout("default", name), labels: { write: `w${own}` } },
        {
          "idempotency-key": key,
        },
      );
    }

    async function newest(): Promise<number> {
      return (await at().call("GET", "/v1/revisions?size=1")).json.items[0].revision;
    }

    async function judge(first: number, all: readonly Write[]): Promise<Pick<KillReport, "revisions" | "wrong">> {
      const wrong: string[] = [];
      const last = await newest();
      const times = new Map<number, number>();
      const standing = new Map<string, number>();
      for (let revision = first + 1; revision <= last; revision++) {
        const { status, json } = await at().call("GET", `/v1/revisions/${revision}`);
        if (status !== 200) wrong.push(`revision ${revision} is not there`);
        for (const { name, after } of json?.changes ?? []) {
          const wrote = writtenBy(after);
          times.set(wrote, (times.get(wrote) ?? 0) + 1);
          standing.set(name, wrote);
        }
      }
      for (const { value: wrote, key } of all)
        if (times.get(wrote) !== 1) wrong.push(`${key} stands ${times.get(wrote) ?? 0} times`);
      for (const [name, wrote] of standing) {
        const { json } = await at().call("GET", `/meshes/default/meshtimeouts/${name}`);
        if (writtenBy(json) !== wrote)
          wrong.push(`${name} holds ${writtenBy(json)}, and its last revision wrote ${wrote}`);
      }
      return { revisions: last - first, wrong };
    }
  } finally {
    await life.close();
  }
}

function writtenBy(resource: { readonly labels?: Readonly<Record<string, string>> } | null): number {
  return Number(resource?.labels?.write?.slice(1) ?? -1);
}
