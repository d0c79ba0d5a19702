// Backups and restores as they cross the wire: pages of tables, and the steps of a restore.
import * as z from "#model/lazy-zod.ts";
import { organisation } from "./weft.ts";

const count = z.int().check(z.minimum(0));
const cell = z.nullable(z.union([z.string(), z.number()]));

/** Whose copy it is, and what it takes to use it. */
export const copyOf = z.object(() => ({
  /** Id of the control plane: relays trust what it has signed alone. */
  controlPlane: z.string(),
  organisation,
  /** Id of the key-encryption key under which secrets lie sealed. */
  key: z.string(),
}));

export type CopyOf = z.infer<typeof copyOf>;

const place = z.object(() => ({ table: z.string(), after: z.array(z.union([z.string(), z.number()])) }));

const rows = { table: z.string(), columns: z.array(z.string()), rows: z.array(z.array(cell)) };

/** Pages that tell the same moment are of one moment. */
export const backupPage = z.object(() => ({
  of: copyOf,
  at: z.object({ epoch: count, revision: count, sequence: count, audit: count }),
  ...rows,
  next: z.nullable(place),
}));

export type BackupPage = z.infer<typeof backupPage>;

export const backupQuery = z.object(() => ({
  table: z.exactOptional(z.string()),
  /** JSON list: the key behind which the page begins. */
  after: z.exactOptional(z.string()),
  /** `1`: nothing is written for ten seconds from now on. */
  freeze: z.exactOptional(z.string()),
}));

export const sums = z.record(z.string(), z.object({ rows: count, digest: z.string() }));

/** `begin`, then `empty` until there is no more, then each `page`, then `end`. */
export const restoreStep = z.strictObject(() => ({
  step: z.enum(["begin", "empty", "page", "end"]),
  of: copyOf,
  /** As `begin` has told it. */
  session: z.exactOptional(count),
  /** With `begin`: what stands of the organisation is replaced. */
  replace: z.exactOptional(z.boolean()),
  /** With `begin`: where an organisation is placed that is not there. */
  region: z.exactOptional(z.string()),
  page: z.exactOptional(z.strictObject(rows)),
  sums: z.exactOptional(sums),
}));

export type RestoreStep = z.infer<typeof restoreStep>;

/** `more`: the same step again. `epoch`: of the organisation as it was restored; null before. */
export const restored = z.object(() => ({ session: count, more: z.boolean(), epoch: z.nullable(count) }));

export type Restored = z.infer<typeof restored>;

/** What a copy of everything takes to be of use: keys by their ids. */
export const wholeOf = z.object(() => ({
  controlPlane: z.string(),
  key: z.string(),
  /** Of the account key, under which second factors lie sealed. */
  accountKey: z.string(),
}));

export type WholeOf = z.infer<typeof wholeOf>;

export const directoryPage = z.object(() => ({ of: wholeOf, ...rows, next: z.nullable(place) }));

export type DirectoryPage = z.infer<typeof directoryPage>;

export const directoryQuery = z.object(() => ({
  table: z.exactOptional(z.string()),
  /** JSON list: the key behind which the page begins. */
  after: z.exactOptional(z.string()),
}));

/** `begin`, then each `page`, organisations first, `done` after each organisation that is restored, then `end`. */
export const wholeStep = z.strictObject(() => ({
  step: z.enum(["begin", "page", "done", "end"]),
  of: wholeOf,
  /** SHA-256 of the backup. */
  backup: z.string(),
  /** As `begin` has told it. */
  session: z.exactOptional(count),
  page: z.exactOptional(z.strictObject(rows)),
  /** With `done`: the id of the organisation. */
  organisation: z.exactOptional(z.string()),
}));

export type WholeStep = z.infer<typeof wholeStep>;

/** `done`: id of the last organisation that stands. With `end` what stands of all; null before. */
export const wholeRestored = z.object(() => ({
  session: count,
  done: z.string(),
  organisations: z.nullable(count),
  people: z.nullable(count),
}));

export type WholeRestored = z.infer<typeof wholeRestored>;

export const newMove = z.strictObject({ to: z.string() });

/** `phase` null: it has been moved, and nothing is left where it was. Else the same call again goes on. */
export const move = z.object(() => ({
  source: z.string(),
  target: z.string(),
  phase: z.nullable(z.string()),
  table: z.nullable(z.string()),
  passes: count,
}));
