// The bell's contract in workerd, through the poll worker, with the writers' worker as it is deployed.
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { bellSuite } from "#test/app/bell-suite.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { createMesh, createOrganisation } from "#test/app/subject.ts";
import { endOf, migrateAll, subject, URL_OF_WORKER } from "./edge.ts";

beforeAll(migrateAll);

describe("the bell", () => bellSuite(() => subject));

test("the runtime's own door hands the connection on", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  const headers = { ...(await relay.prove("GET", BELL_PATH, "")), upgrade: "websocket" };
  const answer = await exports.default.fetch(new Request(`${URL_OF_WORKER}${BELL_PATH}`, { headers }));
  expect(answer.status).toBe(101);
  const end = endOf(answer.webSocket as WebSocket);
  expect(await end.next()).toMatch(/^\{"epoch":\d+,"sequence":\d+\}$/);
  end.drop();
});
