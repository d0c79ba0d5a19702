// Shards: a map spread over the buckets of its keys, so that an edit copies and compares a sixteenth of it.
import { BUCKETS, bucketOf } from "./section.ts";

/** One map a bucket; a shard that is the same object holds the same. */
export type Shards<V> = readonly ReadonlyMap<string, V>[];

/** The entries, each in the bucket of its key. */
export function shardsOf<V>(entries: Iterable<readonly [string, V]>): Shards<V> {
  const shards = Array.from({ length: BUCKETS }, () => new Map<string, V>());
  for (const [key, value] of entries) shards[bucketOf(key)]!.set(key, value);
  return shards;
}

/** The shards with some entries put in, or with undefined taken out; `before` stays as it is. */
export function patchedShards<V>(before: Shards<V>, changes: Iterable<readonly [string, V | undefined]>): Shards<V> {
  const shards = [...before];
  const copies: Map<string, V>[] = [];
  for (const [key, value] of changes) {
    const at = bucketOf(key);
    let copy = copies[at];
    if (copy === undefined) {
      copy = new Map(before[at]);
      copies[at] = copy;
      shards[at] = copy;
    }
    if (value === undefined) copy.delete(key);
    else copy.set(key, value);
  }
  return shards;
}

export function inShards<V>(shards: Shards<V>, key: string): V | undefined {
  return shards[bucketOf(key)]?.get(key);
}

/** All values, bucket by bucket. */
export function* valuesOf<V>(shards: Shards<V>): Iterable<V> {
  for (const shard of shards) yield* shard.values();
}
