// What a deriver adds to a commit.
import type { Commit } from "#store/face/commit.ts";

/** Rows of another table are one more member of Commit, named here and put together in control/derive.ts. */
export type Derived = Pick<Commit, "derived" | "statuses" | "addresses">;
