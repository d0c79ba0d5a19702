// The snapshot's way: polled, verified, kept on disk, served; and every way in which it must not be believed.
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { metricsText } from "#relay/metrics.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { createPlane, type FakePlane, wireOf } from "./control-plane.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { acknowledge, fillDisk, startZone, streamJoin, tempFolder, until } from "./start.ts";

const allCovered = (zone: ZoneSide, plane: FakePlane): Promise<void> =>
  until(
    "all events are covered",
    () =>
      zone.status().eventsPending === 0 &&
      zone.envelope?.relays[0]?.lastEvent === zone.status().lastEvent &&
      zone.served().sequence === plane.sequence,
  );

describe("a snapshot", () => {
  test("is served, follows changes, and lies on disk for the next start while the control plane is down", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const zone = await startZone(plane, folder);
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    plane.put("web-1", wireOf("web-1", "web"));
    await until("the change is served", () => zone.served().sequence === plane.sequence);
    expect(zone.served().snapshot?.version).toBe(plane.snapshot().version);
    await zone.close();

    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().snapshot?.version).toBe(plane.snapshot().version);
    expect(again.served().sequence).toBe(plane.sequence);
    expect(again.status().controlPlane).not.toBe("reached");
  });

  test("of a lower or equal (epoch, sequence) is nothing new, and is counted", async () => {
    const plane = await createPlane();
    plane.sequence = 10;
    const zone = await startZone(plane, tempFolder());
    await until("the first snapshot is served", () => zone.served().sequence === 10);
    const { version } = zone.served().snapshot ?? {};
    plane.sequence = 4;
    plane.put("web-1", wireOf("web-1", "web"));
    await until("it was counted", () => zone.status().poll.older > 0);
    expect(zone.served().snapshot?.version).toBe(version);
    plane.epoch = 2;
    plane.sequence = 0;
    plane.put("web-2", wireOf("web-2", "web"));
    await until("a higher epoch is news", () => zone.served().epoch === 2);
  });

  const SPOILS: readonly (readonly [string, (plane: FakePlane) => Promise<void>])[] = [
    [
      "another key's signature",
      async (plane) => {
        const forged = await plane.forge();
        plane.tamper = (body) => {
          body.envelope = forged;
        };
      },
    ],
    [
      "a blob changed",
      async (plane) => {
        plane.tamper = ({ blobs }) => {
          for (const hash of Object.keys(blobs)) blobs[hash] = `${blobs[hash]} `;
        };
      },
    ],
    [
      "a section left out",
      async (plane) => {
        plane.tamper = ({ sections }) => {
          delete sections[Object.keys(sections)[0] ?? ""];
        };
      },
    ],
    [
      "no signature at all",
      async (plane) => {
        plane.tamper = (body) => {
          body.envelope = body.envelope.replace(/[^.]*$/, "");
        };
      },
    ],
  ];
  test.each(SPOILS)(
    "with %s is refused, the one before is served, and the next good one is taken",
    async (_, spoil) => {
      const plane = await createPlane();
      const zone = await startZone(plane, tempFolder());
      await until("the first snapshot is served", () => zone.served().snapshot !== null);
      const before = zone.served();
      await spoil(plane);
      plane.put("web-1", wireOf("web-1", "web"));
      await until("it was refused", () => zone.status().poll.refused > 0);
      expect(zone.served().snapshot).toBe(before.snapshot);
      plane.tamper = null;
      await until("the good one is served", () => zone.served().sequence === plane.sequence);
    },
  );
});

describe("the disk", () => {
  async function someSnapshots() {
    const plane = await createPlane();
    const folder = tempFolder();
    const zone = await startZone(plane, folder);
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    plane.put("web-1", wireOf("web-1", "web", ["backend"]));
    await until("the second is served", () => zone.served().sequence === plane.sequence);
    plane.put("web-1", wireOf("web-1", "web", ["backend", "other"]));
    await until("the third is served", () => zone.served().sequence === plane.sequence);
    await zone.close();
    return { plane, folder, disk: join(folder, "snapshot") };
  }

  test("keeps the old snapshot whole when a write is killed in the middle", async () => {
    const { plane, folder, disk } = await someSnapshots();
    // What a killed write leaves: a temporary file, and a pack that no pointer names.
    writeFileSync(join(disk, ".tmp-current.json-12345678"), '{"envelope":"half');
    writeFileSync(join(disk, `${"a".repeat(32)}.pack`), '{"half');
    plane.down = true;
    const zone = await startZone(plane, folder);
    expect(zone.served().snapshot?.version).toBe(plane.snapshot().version);
    expect(readdirSync(disk).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
  });

  test("that cannot be written keeps the old snapshot, while the new one is served from memory", async () => {
    const { plane, folder } = await someSnapshots();
    const old = plane.snapshot().version;
    const zone = await startZone(plane, folder);
    const mend = fillDisk(folder);
    plane.put("web-2", wireOf("web-2", "web", [], 2));
    await until("the new one is served", () => zone.served().sequence === plane.sequence);
    expect(zone.status().poll.unsaved).toBeGreaterThan(0);
    await zone.close();
    mend();
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().snapshot?.version).toBe(old);
  });

  test("that cannot be written keeps the events that its snapshot does not cover: who has left is not served after a restart", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const zone = await startZone(plane, folder);
    await until("all is there", () => zone.served().snapshot !== null && zone.views.length === 1);
    const tokens = { "web-1": await plane.token("web-1"), "web-2": await plane.token("web-2") };
    const comes = async (name: keyof typeof tokens, host: number): Promise<void> => {
      const joined = await zone.join(streamJoin(name, wireOf(name, "web", ["web"], host), tokens[name]));
      expect(joined).toMatchObject({ ok: true });
      await acknowledge(zone, name);
    };
    const covered = (): Promise<void> => allCovered(zone, plane);
    await comes("web-1", 1);
    await covered();
    const mend = fillDisk(folder);
    expect(await zone.leave({ mesh: "default", name: "web-1" }, tokens["web-1"])).toMatchObject({ ok: true });
    await comes("web-2", 2);
    await covered();
    expect(zone.status().poll.unsaved).toBeGreaterThan(0);
    await zone.close();
    mend();
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().sequence).toBeLessThan(plane.sequence);
    expect(serviceEndpoints(again, "web")).toEqual(["127.0.0.2:8080"]);
    await again.close();
    plane.down = false;
    const last = await startZone(plane, folder);
    await until("the newest is here", () => last.served().sequence === plane.sequence);
    plane.put("web-3", wireOf("web-3", "web", [], 3));
    await until("both snapshots on disk know of them", () => last.served().sequence === plane.sequence);
    await last.close();
    expect(readdirSync(join(folder, "events"))).toHaveLength(1);
  });

  test("with a damaged pointer is not believed, and the one before serves on, counted, until the control plane mends it", async () => {
    const { plane, folder, disk } = await someSnapshots();
    const path = join(disk, "current.json");
    truncateSync(path, statSync(path).size - 10);
    plane.down = true;
    const zone = await startZone(plane, folder);
    expect(zone.served().snapshot).not.toBeNull();
    expect(zone.served().sequence).toBeLessThan(plane.sequence);
    expect(zone.tally.damagedFiles).toBe(1);
    plane.down = false;
    await until("the newest is served again", () => zone.served().snapshot?.version === plane.snapshot().version);
    await zone.close();
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().snapshot?.version).toBe(plane.snapshot().version);
    expect(again.tally.damagedFiles).toBe(0);
  });

  test("with a damaged pointer keeps the events that the one before does not cover: who has left is not served, who listens is", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    const zone = await startZone(plane, folder);
    await until("all is there", () => zone.served().snapshot !== null && zone.views.length === 1);
    const covered = (): Promise<void> => allCovered(zone, plane);
    const comes = async (name: string, host: number): Promise<void> => {
      const joined = await zone.join(streamJoin(name, wireOf(name, "web", ["web"], host), await plane.token(name)));
      expect(joined).toMatchObject({ ok: true });
      await covered();
    };
    for (const [host, name] of ["web-0", "web-1", "web-2"].entries()) await comes(name, host + 1);
    for (const name of ["web-0", "web-1"]) await acknowledge(zone, name);
    await covered();
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.1:8080", "127.0.0.2:8080"]);
    const before = plane.sequence;
    plane.down = true;
    const leaves = async (name: string): Promise<unknown> =>
      zone.leave({ mesh: "default", name }, await plane.token(name));
    expect(await leaves("web-0")).toMatchObject({ ok: true });
    await acknowledge(zone, "web-2");
    expect(await leaves("web-1")).toMatchObject({ ok: true });
    plane.down = false;
    await covered();
    expect(serviceEndpoints(zone, "web")).toEqual(["127.0.0.3:8080"]);
    await zone.close();
    const path = join(folder, "snapshot", "current.json");
    truncateSync(path, statSync(path).size - 10);
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().sequence).toBe(before);
    expect(serviceEndpoints(again, "web")).toEqual(["127.0.0.3:8080"]);
  });

  test("of views that is damaged leaves the views before", async () => {
    const { plane, folder } = await someSnapshots();
    const zone = await startZone(plane, folder);
    await until("the newest views are there", () => zone.status().view.sequence === plane.sequence);
    plane.put("web-2", wireOf("web-2", "web", [], 2));
    await until("newer views are there", () => zone.status().view.sequence === plane.sequence);
    await zone.close();
    const path = join(folder, "view.json");
    truncateSync(path, statSync(path).size - 10);
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.views).toHaveLength(1);
    expect(again.status().view.sequence).toBe(plane.sequence - 1);
    expect(again.tally.damagedFiles).toBe(1);
  });

  test("of lives that is cut short is named and counted, and its Envoy's stream makes it again", async () => {
    const { plane, folder } = await someSnapshots();
    const zone = await startZone(plane, folder);
    const token = await plane.token("web-1");
    const comes = (one: ZoneSide) => one.join(streamJoin("web-1", wireOf("web-1", "web", ["backend"]), token));
    expect(await comes(zone)).toMatchObject({ ok: true });
    await zone.close();
    const lives = join(folder, "registrations");
    const [file = ""] = readdirSync(lives);
    truncateSync(join(lives, file), 20);
    plane.down = true;
    const lines: string[] = [];
    const again = await startZone(plane, folder, { log: (_, label, fields) => lines.push(`${label} ${fields?.file}`) });
    expect(again.tally.damagedFiles).toBe(1);
    expect(lines).toContain(`a file of the state folder is damaged; what it held is made again ${join(lives, file)}`);
    expect(again.served().snapshot).not.toBeNull();
    expect(again.served().sequence).toBeGreaterThanOrEqual(zone.served().sequence);
    expect(await comes(again)).toMatchObject({ ok: true });
    expect(metricsText(again.status(), again.tally)).toContain("weft_relay_damaged_files_total 1\n");
  });

  test("of when the control plane was reached that says nothing is named and counted, and the zone serves", async () => {
    const { plane, folder } = await someSnapshots();
    const path = join(folder, "contact.json");
    expect(readFileSync(path, "utf8")).toMatch(/^\{"at":\d+\}$/);
    for (const text of ["", '{"at":"now"}', "{"]) {
      writeFileSync(path, text);
      plane.down = true;
      const lines: string[] = [];
      const again = await startZone(plane, folder, {
        log: (_, label, fields) => lines.push(`${label} ${fields?.file}`),
      });
      expect(lines.filter((line) => line.includes("is damaged"))).toEqual([
        `a file of the state folder is damaged; when the control plane was last reached is not known ${path}`,
      ]);
      expect([again.tally.damagedFiles, again.status().damagedFiles, again.status().contact.at]).toEqual([1, 1, null]);
      expect(again.served().snapshot).not.toBeNull();
      plane.down = false;
      await until("it is reached", () => again.status().contact.at !== null);
      await again.close();
      expect(readFileSync(path, "utf8")).toMatch(/^\{"at":\d+\}$/);
    }
  });

  test.each([".json", ".pack"])(
    "of which every %s is damaged is not believed; the control plane mends it",
    async (suffix) => {
      const { plane, folder, disk } = await someSnapshots();
      for (const name of readdirSync(disk).filter((one) => one.endsWith(suffix))) {
        const path = join(disk, name);
        truncateSync(path, statSync(path).size - 10);
      }
      plane.down = true;
      const zone = await startZone(plane, folder);
      expect(zone.served().snapshot).toBeNull();
      plane.down = false;
      await until("it is served again", () => zone.served().snapshot?.version === plane.snapshot().version);
      await zone.close();
      plane.down = true;
      const again = await startZone(plane, folder);
      expect(again.served().snapshot?.version).toBe(plane.snapshot().version);
    },
  );

  test("with a blob changed by hand is not believed", async () => {
    const { plane, folder, disk } = await someSnapshots();
    for (const name of readdirSync(disk).filter((one) => one.endsWith(".pack"))) {
      const path = join(disk, name);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll("127.0.0.1", "10.6.6.6"));
    }
    plane.down = true;
    const zone = await startZone(plane, folder);
    expect(zone.served().snapshot).toBeNull();
  });

  test("with a blob that rotted is mended by the control plane, and the next start finds it whole", async () => {
    const { plane, folder, disk } = await someSnapshots();
    for (const name of readdirSync(disk).filter((one) => one.endsWith(".pack"))) {
      const path = join(disk, name);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll("127.0.0.1", "127.0.0.7"));
    }
    const zone = await startZone(plane, folder);
    expect(zone.tally.damagedFiles).toBe(1);
    await until("it is served again", () => zone.served().snapshot?.version === plane.snapshot().version);
    await zone.close();
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().snapshot?.version).toBe(plane.snapshot().version);
    expect(again.tally.damagedFiles).toBe(0);
  });

  test("holds no more than a few packs after many changes", async () => {
    const plane = await createPlane({ mtls: false });
    const folder = tempFolder();
    const zone = await startZone(plane, folder);
    for (let index = 0; index < 40; index++) {
      plane.put("web-1", wireOf("web-1", "web", [], 1 + (index % 200)));
      await until(`change ${index} is served`, () => zone.served().sequence === plane.sequence);
    }
    await zone.close();
    expect(readdirSync(join(folder, "snapshot")).length).toBeLessThan(20);
    plane.down = true;
    const again = await startZone(plane, folder);
    expect(again.served().snapshot?.version).toBe(plane.snapshot().version);
  });
});

describe("enrolment", () => {
  test("lasts over a restart without the token, and files are their owner's alone", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    await (await startZone(plane, folder)).close();
    expect(plane.calls.filter((call) => call.endsWith("/enrol"))).toHaveLength(1);
    await (await startZone(plane, folder)).close();
    expect(plane.calls.filter((call) => call.endsWith("/enrol"))).toHaveLength(1);
    for (const name of ["keys.json", "disk.key", "enrolment.json"])
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  test("is repeated with the same keys after a lost answer, and refused to other keys", async () => {
    const plane = await createPlane();
    const folder = tempFolder();
    await (await startZone(plane, folder)).close();
    rmSync(join(folder, "enrolment.json"));
    await (await startZone(plane, folder)).close();
    expect(plane.calls.filter((call) => call.endsWith("/enrol"))).toHaveLength(2);
    await expect(startZone(plane, tempFolder())).rejects.toThrow("used by another relay");
  });
});
