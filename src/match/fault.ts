// What matching could not resolve, told of the resource that said it.

/** A mistake of one resource that matching left out, so that the rest is served. */
export interface MatchFault {
  readonly kri: string;
  readonly field: string;
  readonly reason: string;
}

/** Sorted by resource, field and reason, each once. */
export function sortedFaults(faults: readonly MatchFault[]): readonly MatchFault[] {
  const byText = new Map(faults.map((fault) => [JSON.stringify([fault.kri, fault.field, fault.reason]), fault]));
  return [...byText.keys()].sort().map((text) => byText.get(text) as MatchFault);
}
