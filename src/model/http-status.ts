// HTTP statuses: those that are assigned, and those of errors that Envoy's enum knows.

/** From 400 on; Envoy refuses others where it asks for the enum. */
export const ERROR_STATUSES: ReadonlySet<number> = new Set([
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426,
  428, 429, 431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]);

/** Statuses that are assigned (IANA's registry as Go's net/http has it), by their first and last. */
const ASSIGNED: readonly (readonly [first: number, last: number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

/** Whether the number is an assigned status. */
export function isAssigned(status: number): boolean {
  return ASSIGNED.some(([first, last]) => status >= first && status <= last);
}
