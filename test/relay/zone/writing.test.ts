// The order in which a join comes to disk: its event is whole there before its life's file is begun.
import { basename, dirname } from "node:path";
import { expect, test, vi } from "vitest";
import { createPlane, wireOf } from "./control-plane.ts";
import { startZone, streamJoin, tempFolder, until } from "./start.ts";

const seen = vi.hoisted((): string[] => []);

// The real writing, watched.
vi.mock("#relay/state/file.ts", async (load) => {
  const real = await load<typeof import("#relay/state/file.ts")>();
  const writeWhole: typeof real.writeWhole = async (path, ...rest) => {
    const folder = basename(dirname(path));
    seen.push(`${folder} begins`);
    await real.writeWhole(path, ...rest);
    seen.push(`${folder} ends`);
  };
  return { ...real, writeWhole };
});

test("a life of a stream is written after its event", async () => {
  const plane = await createPlane();
  const zone = await startZone(plane, tempFolder());
  await until("it can verify", () => zone.views.length > 0 && zone.served().snapshot !== null);
  const joined = await zone.join(streamJoin("web-1", wireOf("web-1", "web"), await plane.token("web-1")));
  expect(joined).toMatchObject({ ok: true });
  const lines = (): readonly string[] => seen.filter((line) => /^(events|registrations) /.test(line));
  await until("the life is written", () => lines().includes("registrations ends"));
  expect(lines().slice(0, 3)).toEqual(["events begins", "events ends", "registrations begins"]);
});
