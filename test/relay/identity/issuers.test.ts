// When the zone's issuers are asked for, by a clock that may be wrong for a while.
import { expect, test } from "vitest";
import { openIssuers } from "#relay/identity/issuers.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { tempFolder } from "#test/relay/zone/start.ts";

const DAY = 24 * 3600_000;
const WANTED = [{ mesh: "default", bundle: [], hosts: new Set<string>() }];

test("one that was asked for in vain while the clock was ahead is asked for again once it is right", async () => {
  const start = Date.now();
  let now = start + 30 * DAY;
  let calls = 0;
  const folder = tempFolder();
  const vault = await openVault(folder, "issuers", await openDiskKey(folder));
  const client = {
    issuer: () => {
      calls++;
      return Promise.reject(new Error("not now"));
    },
  };
  const issuers = await openIssuers(
    vault,
    client,
    () => now,
    () => undefined,
    new AbortController().signal,
  );
  await issuers.ensure(WANTED);
  const before = calls;
  expect(before).toBeGreaterThan(0);
  now = start;
  await issuers.ensure(WANTED);
  expect(calls).toBeGreaterThan(before);
  const again = calls;
  await issuers.ensure(WANTED);
  expect(calls, "not before its time").toBe(again);
});
