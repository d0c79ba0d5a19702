// The end of held polls: when an edge closes, they are answered in order, and nobody asks a store that is closed.
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrol, mesh, type Org, openPlane, type Plane, signUp, type TestRelay, zone } from "./harness.ts";

let plane: Plane;
let org: Org;
let relay: TestRelay;

beforeAll(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([mesh(), zone()]);
  relay = await enrol(org);
  await org.settle();
});
afterAll(() => plane.close());

test("ends those that are held with nothing new, and holds no other", async () => {
  const head = await org.store.zoneHead(relay.zone, relay.relay);
  let answered = 0;
  const held = [1, 2, 3].map(async () => {
    expect(await org.control.poll.snapshot(relay, head?.version ?? "", 55)).toBe(null);
    answered++;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(0);
  org.control.endHolds();
  await Promise.all(held);
  expect(await org.control.poll.snapshot(relay, head?.version ?? "", 55)).toBe(null);
});
