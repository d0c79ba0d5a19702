// The relay's server certificate over restarts: the same while it serves, and by the same CA when the hosts change.
import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CA_FILE, openServerCertificate } from "#relay/state/server-certificate.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { opensslVerify } from "#test/openssl.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-server-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function start(hosts: readonly string[], now = NOW) {
  const vault = await openVault(join(folder, "tls"), "tls", await openDiskKey(folder));
  const certificate = await openServerCertificate(folder, vault, hosts, () => now);
  return { ...certificate, file: readFileSync(join(folder, CA_FILE), "utf8") };
}

const verified = (chain: string, rootPem: string, ip: string): boolean =>
  opensslVerify(chain.split(/(?<=END CERTIFICATE-----\n)/)[0] ?? "", { rootPem, purpose: "sslserver", at: NOW, ip }).ok;

test("a start with hosts that it covers changes nothing", async () => {
  const first = await start(["127.0.0.1", "10.0.0.1"]);
  expect(await start(["10.0.0.1"])).toEqual(first);
  expect(first.file).toBe(first.caPem);
});

test("a start with another host has a new certificate by the CA that proxies trust", async () => {
  const first = await start(["127.0.0.1"]);
  const second = await start(["127.0.0.1", "10.0.0.2"]);
  expect(second.file).toBe(first.file);
  expect(verified(first.chainPem, first.file, "10.0.0.2")).toBe(false);
  expect(verified(second.chainPem, first.file, "10.0.0.2")).toBe(true);
});

test("a CA that has ended is replaced", async () => {
  const first = await start(["127.0.0.1"]);
  const later = await start(["127.0.0.1"], NOW + 3651 * DAY);
  expect(later.file).not.toBe(first.file);
});

test("a key of the disk that is cut short is named, with what to do, and nothing is made in its place", async () => {
  await start(["127.0.0.1"]);
  const path = join(folder, "disk.key");
  truncateSync(path, 16);
  await expect(openDiskKey(folder)).rejects.toThrow(
    `The key in ${path} is damaged. Restore the file, or empty the state`,
  );
  expect(readFileSync(path)).toHaveLength(16);
});
