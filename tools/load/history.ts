// The history after the load, held against what was acknowledged: each write once, revisions without a gap or a twin.
import { createClient } from "#api/client.ts";
import { Sealed } from "#model/sealed.ts";
import type { LoadedOrganisation } from "./world.ts";
import type { Written } from "./write.ts";

export interface Compared {
  readonly revisions: number;
  /** What is wrong, in words. */
  readonly wrong: readonly string[];
  /** Acknowledged writes that are not in the history. */
  readonly lost: number;
}

/** Reads every revision of the organisation. */
export async function compareHistory(
  url: string,
  { name: organisation, token }: LoadedOrganisation,
  writes: readonly Written[],
): Promise<Compared> {
  const client = createClient({ url, token: new Sealed(token), fetch });
  const found = new Map<string, number[]>();
  const numbers: number[] = [];
  for (let before: string | null = ""; before !== null; ) {
    const query: Record<string, string> = { size: "100", ...(before === "" ? {} : { before }) };
    const page = await client.call("listRevisions", { params: { organisation }, query });
    for (const { revision, changes } of page.items) {
      numbers.push(revision);
      for (const { name, after } of changes) {
        const value = (after?.labels as Readonly<Record<string, string>> | undefined)?.["load/write"];
        if (value !== undefined) found.set(`${name} ${value}`, [...(found.get(`${name} ${value}`) ?? []), revision]);
      }
    }
    before = page.next === null ? null : new URLSearchParams(page.next.replace(/^.*\?/, "")).get("before");
  }
  const wrong: string[] = [];
  numbers.forEach((number, index) => {
    const after = numbers[index - 1];
    if (after !== undefined && after !== number + 1)
      wrong.push(`${organisation}: revision ${number} is followed by ${after}`);
  });
  let lost = 0;
  for (const { name, value, sequence, failure } of writes) {
    const times = found.get(`${name} ${value}`)?.length ?? 0;
    if (sequence !== null && times !== 1)
      wrong.push(`${organisation}: ${name} ${value} was acknowledged and stands ${times} times`);
    if (sequence !== null && times === 0) lost++;
    if (sequence === null && times > 1)
      wrong.push(`${organisation}: ${name} ${value} failed (${failure}) and stands ${times} times`);
  }
  return { revisions: numbers.length, wrong, lost };
}
