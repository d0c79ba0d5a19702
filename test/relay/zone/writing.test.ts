// The order in which a join comes to disk: its event is whole there before its life's file is begun.
import { mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPlane, wireOf } from "./control-plane.ts";
import { startZone, streamJoin, tempFolder, until } from "./start.ts";

/** What happens to files of these folders, in its order: the system has one queue for all that a process watches. */
function watched(folder: string, names: readonly string[]): { readonly seen: readonly string[]; close(): void } {
  const seen: string[] = [];
  const watchers = names.map((name) => {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    return watch(join(folder, name), (kind, file) => kind === "rename" && seen.push(`${name}/${file}`));
  });
  return { seen, close: () => watchers.forEach((one) => void one.close()) };
}

test("a life of a stream is written after its event", async () => {
  const plane = await createPlane();
  const folder = tempFolder();
  const zone = await startZone(plane, folder);
  await until("it can verify", () => zone.views.length > 0 && zone.served().snapshot !== null);
  const { seen, close } = watched(folder, ["events", "registrations"]);
  const joined = await zone.join(streamJoin("web-1", wireOf("web-1", "web"), await plane.token("web-1")));
  expect(joined).toMatchObject({ ok: true });
  const isWhole = (path: string): boolean => !/\/\./.test(path);
  await until("the life is written", () => seen.some((path) => path.startsWith("registrations/") && isWhole(path)));
  close();
  const event = seen.findIndex((path) => path.startsWith("events/") && isWhole(path));
  const life = seen.findIndex((path) => path.startsWith("registrations/"));
  expect([event === -1, event < life], seen.join(" ")).toEqual([false, true]);
});
