// What time does: grace, half-life renewals with and without the control plane, a restart in between.
import { describe, expect, test } from "vitest";
import type { ZoneSide } from "#relay/zone-side.ts";
import { fromPem } from "#trust/bytes.ts";
import { readCertificate } from "#trust/certificate.ts";
import { createPlane, type FakePlane, wireOf } from "./control-plane.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { acknowledge, PACE, startZone, streamJoin, tempFolder, until } from "./start.ts";

async function join(zone: ZoneSide, plane: FakePlane, name: string, host: number): Promise<() => void> {
  const answer = await zone.join(streamJoin(name, wireOf(name, "web", ["web"], host), await plane.token(name)));
  if (!answer.ok) throw new Error(answer.reason);
  await acknowledge(zone, name);
  return answer.closed;
}

describe("a closed stream", () => {
  test("keeps its endpoint for its grace, then it is gone, here and at the control plane", async () => {
    const plane = await createPlane();
    let now = Date.now();
    const zone = await startZone(plane, tempFolder(), { clock: () => now });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    const close = await join(zone, plane, "web-1", 1);
    for (const host of [2, 3]) await join(zone, plane, `web-${host}`, host);
    close();
    now += 9_000;
    await new Promise((resolve) => setTimeout(resolve, 4 * PACE.sweep));
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.1:8080", "127.0.0.2:8080", "127.0.0.3:8080"]);
    expect(zone.status().proxies).toHaveLength(3);
    now += 2_000;
    await until("it is gone", () => zone.status().proxies.length === 2);
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.2:8080", "127.0.0.3:8080"]);
    await until("the control plane knows", () => plane.view().resources.Dataplane?.length === 2);
    expect(zone.identity({ mesh: "default", name: "web-1" })).toBeUndefined();
  });

  test("is not taken for gone while most are closed at once", async () => {
    const plane = await createPlane();
    let now = Date.now();
    const zone = await startZone(plane, tempFolder(), { clock: () => now });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    const closes = await Promise.all([1, 2, 3, 4].map((host) => join(zone, plane, `web-${host}`, host)));
    for (const close of closes.slice(0, 3)) close();
    now += 60_000;
    await until("the status says so", () => zone.status().massDisconnect);
    expect(zone.status().proxies).toHaveLength(4);
    for (const host of [1, 2]) await join(zone, plane, `web-${host}`, host);
    await until("most are back, and the last one is gone", () => zone.status().proxies.length === 3);
    expect(zone.status().massDisconnect).toBe(false);
  });
});

describe("a certificate", () => {
  test("is renewed in the second half of its life, also by the zone alone, and never outlives its issuer", async () => {
    const plane = await createPlane({ leafSeconds: 3600 });
    let now = Date.now();
    const zone = await startZone(plane, tempFolder(), { clock: () => now });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    await join(zone, plane, "web-1", 1);
    const proxy = { mesh: "default", name: "web-1" };
    const first = zone.identity(proxy);
    await until("the zone has its issuer", () => plane.issued.length > 0);
    plane.down = true;
    plane.put("other", wireOf("other", "web", [], 9));
    await until("it is out of reach", () => zone.status().controlPlane === "out of reach");
    now += 40 * 60_000;
    await until("it was renewed", () => zone.identity(proxy)?.version !== first?.version);
    const [leaf, intermediate] = fromPem(zone.identity(proxy)?.chainPem ?? "").map(({ der }) => readCertificate(der));
    expect(leaf?.uris).toContain("spiffe://default/web");
    expect(leaf?.notAfter).toBeGreaterThan(now);
    expect(leaf?.notAfter ?? 0).toBeLessThanOrEqual(intermediate?.notAfter ?? 0);
    plane.down = false;
    await until("the issue is audited", () =>
      plane.events.some((event) => event.kind === "issued" && event.name === "web-1"),
    );
  });
});
