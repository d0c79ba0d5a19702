// Whether the rail leads to the first steps: until they are done, or hidden by the reader.
import { useSyncExternalStore } from "react";
import { useAnswer } from "#console/data/api.ts";
import { remember, remembered } from "#console/data/memory.ts";
import { useMeshes } from "#console/data/mesh.ts";

const HOUR = 3_600_000;
const keyOf = (org: string): string => `first steps of ${org}`;
const listeners = new Set<() => void>();

/** `hidden` by the reader, `done` for good; anything else = shown. */
export type Kept = "hidden" | "done" | "shown";

export function keep(org: string, kept: Kept): void {
  if (keptOf(org) === kept) return;
  remember(keyOf(org), kept);
  for (const heard of listeners) heard();
}

function keptOf(org: string): Kept {
  const kept = remembered(keyOf(org));
  return kept === "hidden" || kept === "done" ? kept : "shown";
}

export function useKept(org: string): Kept {
  return useSyncExternalStore(
    (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    () => keptOf(org),
  );
}

/** An organisation of more proxies has its first steps behind it, however they were done; the news of so many would be asked for often. */
const MOST = 20;

/** Whether the rail is to lead there. Where nothing says so yet, it does not. */
export function useFirstStepsLead(org: string): boolean {
  const isShown = useKept(org) === "shown";
  const { answer, meshes } = useMeshes(org);
  const proxies = meshes.reduce((sum, { dataplanes }) => sum + (dataplanes?.total ?? 0), 0);
  const mayLead = isShown && answer.data !== undefined && proxies <= MOST;
  const joins = useAnswer("listJoins", { params: { organisation: org } }, HOUR, mayLead);
  return mayLead && joins.data !== undefined && !joins.data.calls.some(({ way }) => way === "received");
}
