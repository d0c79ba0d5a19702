// Who takes revisions back by itself: a name in revisions that no token has.

/** No guard rail holds the keeper: it undoes what was let through, and it does so when waiting hurts. */
export const ROLLBACK_ACTOR = "control-plane:rollback";
