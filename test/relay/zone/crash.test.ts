// A crash between a join's event and its life's file: the control plane is told of the one and then of its end.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPlane, wireOf } from "./control-plane.ts";
import { startZone, streamJoin, tempFolder, until } from "./start.ts";

test("a life of which only the event was kept ends at the next start, centrally too", async () => {
  const [plane, folder] = [await createPlane(), tempFolder()];
  const zone = await startZone(plane, folder);
  await until("it can verify", () => zone.views.length > 0 && zone.served().snapshot !== null);
  plane.down = true;
  const token = await plane.token("web-1");
  expect(await zone.join(streamJoin("web-1", wireOf("web-1", "web"), token))).toMatchObject({ ok: true });
  await zone.close();
  rmSync(join(folder, "registrations"), { recursive: true });
  plane.down = false;
  const again = await startZone(plane, folder);
  await until("all is taken", () => again.status().lastEvent === plane.lastEvent && plane.lastEvent > 1);
  // It is issued a certificate where the zone has its issuer by then.
  const told = plane.events.map(({ kind }) => kind).filter((kind) => kind !== "issued");
  expect(told).toEqual(["joined", "gone"]);
  expect(plane.view().resources.Dataplane ?? []).toEqual([]);
});
