// The app's suite on Node: a listening server, libSQL files, the writer in process.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import type { Subject } from "./subject.ts";
import { appSuite } from "./suite.ts";

let folder: string;
let plane: ControlPlane;
let subject: Subject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-app-"));
  plane = await runControlPlane({ stateDir: folder, host: "127.0.0.1", port: 0, logLevel: "silent" });
  const operatorSecret = (await readFile(plane.operatorSecretFile, "utf8")).trim();
  subject = { url: plane.url, operatorSecret, fetch: (path, init) => fetch(`${plane.url}${path}`, init) };
});

afterAll(async () => {
  await plane?.close();
  await rm(folder, { recursive: true, force: true });
});

appSuite(() => subject);
