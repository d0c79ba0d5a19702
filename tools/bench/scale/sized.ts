// One control plane of a size: a poll that finds nothing new and a write, by their CPU and by D1's count of rows.
import { formatBase } from "#control/poll/base.ts";
import { timeout } from "../../../test/control/harness.ts";
import { type Metered, openMetered } from "../../../test/control/metered.ts";
import { collectAll, cpuOfBlocks, cpuOfEach, type OfBlocks } from "./stored.ts";

/** Before they are counted: what has not run before is compiled, and what ran for writes is compiled again for polls. */
const WARM_POLLS = 1000;
const BLOCKS = 15;
const POLLS = 200;
const WRITES = 20;
const PATH = "/v1/zone/snapshot";

export interface Rows {
  readonly poll_rows_read: number;
  readonly write_rows_read: number;
  readonly write_rows_written: number;
}

/**
 * CPU of a poll through the app without HTTP, and of a write until all that follows is published. Polls begin when what the
 * writes have left is collected, so that no poll pays for a collection of theirs.
 */
export async function cpuAt(metered: Metered, meshes: readonly string[]): Promise<{ poll: OfBlocks; write: number }> {
  const write = writer(metered, meshes);
  for (let at = 0; at < WRITES / 2; at++) await write(at);
  const writeCpu = await cpuOfEach(WRITES, write);
  const ask = await asker(metered);
  await cpuOfEach(WARM_POLLS, ask);
  await collectAll();
  return { poll: await cpuOfBlocks(BLOCKS, POLLS, ask), write: writeCpu };
}

/** The same rows on D1, of a control plane that is made for it. */
export async function rowsAt(make: (metered: Metered) => Promise<readonly string[]>): Promise<Rows> {
  const metered = await openMetered("d1");
  try {
    const write = writer(metered, await make(metered));
    // The first makes the policy, and begins the history of effects.
    for (let at = 0; at < 3; at++) await write(at);
    const ask = await asker(metered);
    const counted = async (run: (at: number) => Promise<unknown>): Promise<{ read: number; written: number }> => {
      Object.assign(metered.meter, { read: 0, written: 0 });
      await run(3);
      return { ...metered.meter };
    };
    const poll = await counted(ask);
    const { read, written } = await counted(write);
    return { poll_rows_read: poll.read, write_rows_read: read, write_rows_written: written };
  } finally {
    await metered.close();
  }
}

/** Writes to one mesh after the other, always something else. */
function writer({ org }: Metered, meshes: readonly string[]): (at: number) => Promise<void> {
  let seconds = 0;
  return async (at) => {
    await org.apply([timeout("t", 3 + seconds++, meshes[at % meshes.length])]);
    await org.settle();
  };
}

/** A proved poll whose base is the newest; throws where the answer is no 304. */
async function asker({ org, relay, prove, plane, answer, url }: Metered): Promise<() => Promise<void>> {
  const head = await org.store.zoneHead(relay.zone, relay.relay);
  if (head === null || head.version === "") throw new Error("nothing is published");
  const base = formatBase(head.version, head.epoch, head.sequence);
  plane.now = Date.now();
  const headers = { ...(await prove("GET", PATH, "")), "if-none-match": `"${base}"` };
  return async () => {
    const { status } = await answer(new Request(url + PATH, { headers }));
    if (status !== 304) throw new Error(`not a 304: ${status}`);
  };
}
