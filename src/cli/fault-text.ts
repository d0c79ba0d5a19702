// What could not be used of a resource, as its status tells it.

/** A mistake that was found when config was made, in some zones. */
export interface StatusFault {
  readonly field: string;
  readonly reason: string;
  readonly zones?: readonly string[];
}

/** The faults in a resource's status; none where it has none, or is of another form. */
export function faultsOf(resource: unknown): readonly StatusFault[] {
  const { faults } = (resource as { readonly status?: { readonly faults?: unknown } }).status ?? {};
  return Array.isArray(faults) ? (faults as readonly StatusFault[]) : [];
}

/** One line each, with the zones that tell it. */
export function faultsText(faults: readonly StatusFault[]): string {
  return faults
    .map(({ field, reason, zones = [] }) => {
      const where = zones.length === 0 ? "" : ` (zone ${zones.join(", ")})`;
      return `fault: ${field === "" ? "" : `${field}: `}${reason}${where}\n`;
    })
    .join("");
}
