// What is said where a zone is named that there is none of: which there are.
import type { TenantState } from "./state.ts";
import { storedOf } from "./state.ts";

const MOST = 20;

/** Whether there is a Zone of this name. */
export function isZone(state: TenantState, name: string): boolean {
  return storedOf(state, "Zone", "").some((zone) => zone.name === name);
}

/** `there is no zone "est"; there are: east, west`. */
export function noSuchZone(state: TenantState, name: string): string {
  const names = storedOf(state, "Zone", "")
    .map((zone) => zone.name)
    .sort();
  const some = names.length > MOST ? `${names.slice(0, MOST).join(", ")}, …` : names.join(", ");
  return `there is no zone ${JSON.stringify(name)}; ${names.length === 0 ? "there is none yet" : `there are: ${some}`}`;
}
