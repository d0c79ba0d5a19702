// The app's suite on Node: a listening server, libSQL files, the writer in process.
import { afterAll, beforeAll } from "vitest";
import { type Running, startControlPlane } from "./control-plane.ts";
import { appSuite } from "./suite.ts";

let running: Running;

beforeAll(async () => {
  running = await startControlPlane();
});

afterAll(() => running?.close());

appSuite(() => running);
