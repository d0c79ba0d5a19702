// Kinds of resources as the control plane tells of them.
import type { ResourceTypes } from "#api/kuma.ts";
import { useAnswer } from "./api.ts";

export type KindRow = ResourceTypes["resources"][number];

const HOUR = 3_600_000;

/** All kinds; none until they have come. */
export function useKinds(organisation: string): readonly KindRow[] {
  return useAnswer("resourceTypes", { params: { organisation } }, HOUR).data?.resources ?? [];
}

export function kindOfType(kinds: readonly KindRow[], type: string): KindRow | undefined {
  return kinds.find(({ name }) => name === type);
}

export function kindOfPath(kinds: readonly KindRow[], plural: string): KindRow | undefined {
  return kinds.find(({ path }) => path === plural);
}
