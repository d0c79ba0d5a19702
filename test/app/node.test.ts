// The app's suite on Node: a listening server, libSQL files, the writer in process.
import { afterAll, beforeAll, expect, test } from "vitest";
import { exchange } from "#test/fuzz/wire.ts";
import { type Running, startControlPlane } from "./control-plane.ts";
import { createOrganisation } from "./subject.ts";
import { appSuite } from "./suite.ts";

let running: Running;

beforeAll(async () => {
  running = await startControlPlane();
});

afterAll(() => running?.close());

appSuite(() => running);

test("a deletion is answered though the body that it declares never comes", async () => {
  const { name, token } = await createOrganisation(running);
  const answer = await exchange(running.url, {
    ...{ method: "DELETE", target: `/o/${name}/meshes/none`, body: null, chunked: false },
    headers: [
      ["authorization", `Bearer ${token}`],
      ["content-length", "3"],
    ],
  });
  expect([answer.late, answer.status]).toEqual([false, 404]);
});
