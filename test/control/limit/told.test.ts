// What zones are told of the meshes: a change that makes it more than an envelope holds is refused, and what fits is published.
import { expect, test } from "vitest";
import { revocationsName } from "#control/secret/name.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { changeOf, mesh, secret } from "#test/control/harness.ts";
import { openMetered } from "#test/control/metered.ts";
import { verifyEnvelope } from "#trust/envelope.ts";
import type { PublicJwk } from "#trust/key.ts";

const MOST = LIMITS["told-bytes"].most.free;

/** Ids of so many bytes in all. */
const revoked = (bytes: number): string =>
  Array.from({ length: Math.floor(bytes / 40) }, (_, n) => String(n).padEnd(37, "x")).join();

test("an organisation that has as much as it may is published on D1; what makes it more changes nothing", async () => {
  const metered = await openMetered("d1");
  try {
    const { org, relay, plane } = metered;
    const told = async (): Promise<string> => {
      await org.settle();
      const envelope = (await org.store.newest(relay.zone, relay.relay))?.envelope ?? "";
      const keys = await org.store.signingKeys("envelope", "");
      const opened = await verifyEnvelope(
        envelope,
        keys.map(({ publicJwk }) => JSON.parse(publicJwk) as PublicJwk),
      );
      if (!opened.ok) throw new Error(opened.reason);
      return JSON.stringify((opened.payload as { readonly meshes: unknown }).meshes);
    };
    const names = ["default", "one", "two", "three"];
    await org.apply(names.map((name) => mesh(name)));
    for (const name of names) await org.apply([secret(revocationsName(name), revoked(485_000), name)]);
    const full = await told();
    expect(full.length).toBeGreaterThan(0.95 * MOST);
    expect(full.length).toBeLessThanOrEqual(MOST);
    expect(plane.log.filter(({ level }) => level === "error")).toEqual([]);

    const { sequence } = await org.store.heads();
    const more = { put: [mesh("four"), secret(revocationsName("four"), revoked(100_000), "four")] };
    const fault = { code: "too-large", limit: { name: "told-bytes", most: MOST } };
    await expect(org.apply(more.put)).rejects.toMatchObject(fault);
    await expect(plane.control.writer.plan(org.admin, changeOf(more))).rejects.toMatchObject(fault);
    await expect(org.apply(more.put)).rejects.toThrow(
      /^Zones would be told \d+ bytes of the meshes, where an envelope holds 2000000 \(told-bytes\), and now they are told \d+: delete meshes/,
    );
    expect((await org.store.heads()).sequence).toBe(sequence);

    // In the room of what goes, as much may come.
    await org.apply(more.put, ["Mesh//two"]);
    expect((await told()).length).toBeLessThan(full.length);
  } finally {
    await metered.close();
  }
});
