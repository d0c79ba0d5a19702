// How long an organisation's writes may be refused.

/** A freeze that nobody keeps up is over then: writers wait no longer for a move or a backup that has died; milliseconds. */
export const FREEZE = 10_000;

/** Of what has not arrived: no clock comes to it. */
export const FOREVER = Number.MAX_SAFE_INTEGER;
