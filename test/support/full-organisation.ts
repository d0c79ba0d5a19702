// An organisation that has something of each kind: what the templates begin with, whose references all stand.
import { parse } from "yaml";
import { TEMPLATES } from "#api/schema.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import type { Organisation } from "#test/app/subject.ts";

export interface Item {
  readonly type: string;
  readonly name: string;
  readonly mesh?: string;
}

/** A valid resource of each kind that people write, by its type. */
export const ITEMS: ReadonlyMap<string, Item> = new Map(
  ALL_KINDS.filter((kind) => !kind.readOnly).map((kind) => [
    kind.type,
    parse(TEMPLATES[kind.type as keyof typeof TEMPLATES]) as Item,
  ]),
);

/** It would hold up every later change. */
const HOLDING: ReadonlySet<string> = new Set(["ChangeControl"]);

/** Makes them, in one change where that goes and one by one where it does not; those that do not go are left out. */
export async function fill(organisation: Organisation): Promise<void> {
  for (const mesh of new Set([...ITEMS.values()].map((one) => one.mesh ?? "default")))
    await organisation.call("PUT", `/meshes/${mesh}`, { type: "Mesh", name: mesh });
  const put = [...ITEMS.values()].filter(({ type }) => !HOLDING.has(type)).map((resource) => ({ resource }));
  const whole = await organisation.call("POST", "/v1/changes", { put });
  if (whole.status < 300) return;
  for (const one of put) await organisation.call("POST", "/v1/changes", { put: [one] });
}
