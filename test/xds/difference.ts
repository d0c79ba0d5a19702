// What differs between two values of JSON, said so that a person sees it at once: where, what it was, what it is now.
import type { Json } from "#model/json.ts";
import { sameJson } from "#model/same.ts";

/** A place (JSON pointer) with what stood there and what stands there now; an absent side was or is not there. */
export interface Difference {
  readonly at: string;
  readonly was?: Json;
  readonly now?: Json;
}

type Members = { readonly [key: string]: Json };

/** Smallest places first come, in the order of the document. */
export function differences(was: Json, now: Json, at = ""): readonly Difference[] {
  if (sameJson(was, now)) return [];
  if (Array.isArray(was) && Array.isArray(now)) return listDifferences(was, now, at);
  if (isMembers(was) && isMembers(now)) {
    return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => {
      const place = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const [before, after] = [was[key], now[key]];
      if (before === undefined) return [{ at: place, now: after as Json }];
      return after === undefined ? [{ at: place, was: before }] : differences(before, after, place);
    });
  }
  return [{ at, was, now }];
}

/** Items alike at both ends are left aside; what is between was replaced one by one, or taken out and put in. */
function listDifferences(was: readonly Json[], now: readonly Json[], at: string): readonly Difference[] {
  let head = 0;
  while (head < was.length && head < now.length && sameJson(was[head], now[head])) head++;
  let tail = 0;
  const most = Math.min(was.length, now.length) - head;
  while (tail < most && sameJson(was[was.length - 1 - tail], now[now.length - 1 - tail])) tail++;
  const gone = was.slice(head, was.length - tail);
  const come = now.slice(head, now.length - tail);
  if (gone.length === come.length) {
    return gone.flatMap((item, index) => differences(item, come[index] as Json, `${at}/${head + index}`));
  }
  return [
    ...gone.map((item, index): Difference => ({ at: `${at}/${head + index}`, was: item })),
    ...come.map((item, index): Difference => ({ at: `${at}/${head + index}`, now: item })),
  ];
}

function isMembers(value: Json): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
