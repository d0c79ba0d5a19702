// The port of Envoy's admin interface, beside servers that are really there.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { untilAdminPortFree } from "#cli/proxy/admin-port.ts";

async function taken() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, end: () => void server.close() };
}

const never = new Promise<never>(() => undefined);

test("one that stays taken is refused with both ways out", async () => {
  const { port } = await taken();
  await expect(untilAdminPortFree({ port, patienceMs: 0, say: () => undefined, stop: never })).rejects.toMatchObject({
    exit: "failed",
    parts: {
      what: `port ${port} is taken, so Envoy's admin interface cannot listen there`,
      where: `127.0.0.1:${port}`,
      fix: ["--admin-port N  chooses another", "--admin-port 0  takes any free one"],
    },
  });
});

test("one that an Envoy still leaves is waited for, which is said once; a stop ends the wait", async () => {
  const said: string[] = [];
  const { port, end } = await taken();
  const free = untilAdminPortFree({
    ...{ port, patienceMs: 60_000, stop: never },
    say: (line) => {
      said.push(line);
      end();
    },
  });
  await free;
  expect(said).toEqual([`port ${port} of --admin-port is taken; waiting for whoever has it to leave`]);
  const other = await taken();
  await untilAdminPortFree({ port: other.port, patienceMs: 60_000, say: () => undefined, stop: Promise.resolve() });
});
