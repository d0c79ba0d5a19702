// What an answer leaves to be done behind it: tests that compare, count or listen wait for it first.
import { expect } from "vitest";
import type { Organisation } from "./subject.ts";

interface Head {
  readonly sequence: number;
  readonly revoked: boolean;
}

/** Resolves once each relay of the organisation is pointed at the newest that there is: nothing is left to publish or to ring. */
export async function settled(organisation: Organisation): Promise<void> {
  await expect
    .poll(async () => {
      const { sequence } = (await organisation.call("GET", "/v1/overview")).json;
      const heads: readonly Head[] = (await organisation.call("GET", "/v1/relays")).json.items;
      return heads.filter((head) => !head.revoked && head.sequence !== sequence);
    })
    .toEqual([]);
}
