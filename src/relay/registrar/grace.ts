// Who has gone, once a closed stream's grace is over; and when so many closed at once that nobody is taken for gone.

/** How long a closed stream may take to come back; milliseconds. */
export const GRACE = 10_000;

/** A registration without a stream. */
export interface Closed {
  readonly key: string;
  /** When its last stream closed. */
  readonly at: number;
}

export interface Verdict {
  /** Keys whose grace is over, to be reported as gone. */
  readonly gone: readonly string[];
  /** More than half have no stream: something between is broken, and endpoints stay (health checks decide). */
  readonly mass: boolean;
}

/**
 * Judges all closed registrations at one moment. `total` counts every registration that has or had a stream; `others` are
 * those of the zone's other relays: streams that have gone on there are closed nowhere. Those that go one by one never add
 * up, because each is gone after its grace; one alone is no mass.
 */
export function judge(
  closed: readonly Closed[],
  total: number,
  now: number,
  others: { readonly owned: number; readonly closed: number } = { owned: 0, closed: 0 },
): Verdict {
  const all = closed.length + others.closed;
  const mass = all >= 2 && all > (total + others.owned) / 2;
  const gone = mass ? [] : closed.filter(({ at }) => now - at >= GRACE).map(({ key }) => key);
  return { gone, mass };
}
