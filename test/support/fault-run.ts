// Clients that write through two writers of one organisation while its database fails: what they were told, and what then stands.
import type { Control } from "#control/open.ts";
import { Fault } from "#model/fault.ts";
import { changeOf, mesh, openPlane, signUp, timeout, zone } from "#test/control/harness.ts";
import { type Fate, faultyDatabase } from "./faulty-database.ts";
import { randomOf } from "./random.ts";

export interface FaultRun {
  readonly seed: number;
  /** Of all clients together. */
  readonly writes: number;
}

/** One write as its client knows it. */
interface Told {
  readonly writeId: string;
  readonly name: string;
  readonly value: number;
  /** The revision of the answer; null = it gave up without one. */
  readonly revision: number | null;
}

export interface FaultReport {
  readonly acknowledged: number;
  /** Given up without an answer; and of those, how many stand all the same. */
  readonly unknown: number;
  readonly stand: number;
  readonly revisions: number;
  readonly fates: Readonly<Record<Fate, number>>;
  /** What must not be. */
  readonly wrong: readonly string[];
}

const CLIENTS = 4;
const ATTEMPTS = 12;
/** Resources that all clients write, each with the ETag that it has read. */
const SHARED = ["shared-1", "shared-2"];

export async function runFaults({ seed, writes }: FaultRun): Promise<FaultReport> {
  const random = randomOf(seed);
  let database: ReturnType<typeof faultyDatabase> | undefined;
  const plane = await openPlane({
    wrap(file) {
      database = faultyDatabase(file, randomOf(seed + 1));
      return database;
    },
    clock: Date.now,
  });
  if (database === undefined) throw new TypeError("the plane took no database");
  try {
    const org = await signUp(plane, "faults");
    await org.apply([mesh(), zone(), ...SHARED.map((name) => timeout(name, 1))]);
    const { revision: first } = await org.store.heads();
    const controls: readonly Control[] = [plane.control, plane.reopen()];
    const told: Told[] = [];
    let begun = 0;
    database.stir();
    const client = async (own: number): Promise<void> => {
      while (begun < writes) {
        const value = ++begun + 10;
        const name = random.next() < 0.3 ? random.one(SHARED) : `own-${own}-${random.between(1, 4)}`;
        const { writer } = controls[random.between(0, 1)] as Control;
        told.push(await write(writer, name, value, `w-${seed}-${value}`));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, own) => client(own)));
    await database.calm();
    await Promise.all(controls.map((control) => control.writerOf(org.tenant).settle()));
    return { ...(await judge(first, told)), fates: database.fates };

    /** As a good client: after no answer the same write again; after a lost race a new one that is based on what stands. */
    async function write(writer: Control["writer"], name: string, value: number, id: string): Promise<Told> {
      let writeId = id;
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        try {
          const ifMatch = SHARED.includes(name) ? await etagOf(name) : undefined;
          const change = { ...changeOf({ put: [{ ...timeout(name, 5), labels: { write: `w${value}` } }] }), writeId };
          const put = change.put.map((one) => ({ ...one, ...(ifMatch !== undefined && { ifMatch }) }));
          const { revision } = await writer.apply(org.admin, { ...change, put });
          return { writeId, name, value, revision };
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          if (error.code === "unavailable") continue;
          if (error.code !== "stale" && error.code !== "conflict") throw error;
          writeId = `${id}.${attempt}`;
        }
      }
      return { writeId, name, value, revision: null };
    }

    async function etagOf(name: string): Promise<string> {
      const stored = await org.store.get({ type: "MeshTimeout", mesh: "default", name });
      return stored?.etag ?? "none";
    }

    async function judge(first: number, told: readonly Told[]): Promise<Omit<FaultReport, "fates">> {
      const wrong: string[] = [];
      const { revision: last } = await org.store.heads();
      const records = [...(await org.store.revisions({ size: last + 10 }))].reverse();
      const numbers = records.map(({ revision }) => revision);
      numbers.forEach((number, at) => {
        if (number !== at + 1) wrong.push(`revision ${number} stands at place ${at + 1}`);
      });
      if (numbers.length !== last) wrong.push(`the head says ${last}, and there are ${numbers.length} revisions`);
      const moments = await org.store.revisionMoments({ from: 1, to: last });
      const sequences = [...moments].reverse().map(({ sequence }) => sequence);
      if (sequences.some((one, at) => at > 0 && one <= (sequences[at - 1] ?? 0))) wrong.push("sequences do not rise");
      // What each revision wrote: the values are all different, so that each tells its write.
      const made = new Map<number, number>();
      const standing = new Map<string, number>();
      for (const { revision, changes } of records.slice(first)) {
        for (const { key, after } of changes) {
          const value = writtenBy(after?.labels);
          if (made.has(value))
            wrong.push(`value ${value} was written by revision ${made.get(value)} and by ${revision}`);
          made.set(value, revision);
          standing.set(key.name, value);
        }
      }
      for (const { writeId, value, revision } of told) {
        if (revision !== null && made.get(value) !== revision)
          wrong.push(`${writeId} was answered with revision ${revision}, and stands in ${made.get(value) ?? "none"}`);
      }
      for (const [name, value] of standing) {
        const stored = await org.store.get({ type: "MeshTimeout", mesh: "default", name });
        const stands = writtenBy(stored?.resource.labels);
        if (stands !== value) wrong.push(`${name} holds ${stands}, and its last revision wrote ${value}`);
      }
      const entries = await org.store.audit({ newestFirst: false, size: last * 3 + 50 });
      const broken = entries.findIndex(({ previous }, at) => at > 0 && previous !== entries[at - 1]?.hash);
      if (broken !== -1) wrong.push(`the audit log breaks at entry ${broken}`);
      const unknown = told.filter(({ revision }) => revision === null);
      return {
        acknowledged: told.length - unknown.length,
        unknown: unknown.length,
        stand: unknown.filter(({ value }) => made.has(value)).length,
        revisions: last,
        wrong,
      };
    }
  } finally {
    await database.calm();
    await plane.close();
  }
}

function writtenBy(labels: Readonly<Record<string, string>> | undefined): number {
  return Number(labels?.write?.slice(1) ?? -1);
}
