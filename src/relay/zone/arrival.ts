// When an answer of the control plane was here, by the control plane's own clock.

/**
 * When the answer was here, by the control plane's clock: nothing that the call took beyond the time it was held is left
 * out, so that a relay which hung, or a slow way, shows. Null where the answer tells no time.
 */
export function arrivalOf(
  { answeredAt, heldMs }: { readonly answeredAt?: number; readonly heldMs?: number },
  took: number,
): number | null {
  if (answeredAt === undefined) return null;
  return answeredAt + (heldMs === undefined ? 0 : Math.max(0, Math.round(took - heldMs)));
}
