// The relay's server certificate: made anew where it does not cover the hosts, by a CA that stays and is open to read.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "#model/clock.ts";
import { Sealed } from "#model/sealed.ts";
import {
  createServerAuthority,
  createServerCertificate,
  type ServerAuthority,
  type ServerCertificate,
} from "#trust/authority.ts";
import { writeWhole } from "./file.ts";
import type { Vault } from "./vault.ts";

/** Name of the CA's file in the state folder; what `--ca-cert-file` of a proxy wants. */
export const CA_FILE = "ca.pem";

/**
 * Reads the certificate, or makes one for these hosts. The CA stays while it lives: a relay that starts with another address
 * is trusted by the proxies that run.
 */
export async function openServerCertificate(
  folder: string,
  vault: Vault,
  hosts: readonly string[],
  clock: Clock,
): Promise<ServerCertificate> {
  const saved = restore(await vault.read("server"));
  const covers = saved !== null && hosts.every((host) => saved.hosts.includes(host));
  if (covers && saved.certificate.notAfter > clock()) return saved.certificate;
  const authority = await openAuthority(vault, clock);
  const certificate = await createServerCertificate(authority, { hosts, clock, chance: randomBytes });
  await vault.write("server", { ...certificate, keyPem: certificate.keyPem.reveal(), hosts });
  await writeWhole(join(folder, CA_FILE), certificate.caPem, 0o644);
  return certificate;
}

async function openAuthority(vault: Vault, clock: Clock): Promise<ServerAuthority> {
  const saved = (await vault.read("server-ca")) as { caPem: string; caKeyPem: string; notAfter: number } | null;
  if (saved !== null && saved.notAfter > clock()) return { ...saved, caKeyPem: new Sealed(saved.caKeyPem) };
  const authority = await createServerAuthority({ clock, chance: randomBytes });
  await vault.write("server-ca", { ...authority, caKeyPem: authority.caKeyPem.reveal() });
  return authority;
}

function restore(
  saved: unknown,
): { readonly certificate: ServerCertificate; readonly hosts: readonly string[] } | null {
  if (typeof saved !== "object" || saved === null) return null;
  const { caPem, chainPem, keyPem, notAfter, hosts } = saved as Readonly<Record<string, unknown>>;
  const texts = [caPem, chainPem, keyPem].every((text) => typeof text === "string");
  if (!texts || typeof notAfter !== "number" || !Array.isArray(hosts)) return null;
  return {
    certificate: {
      caPem: caPem as string,
      chainPem: chainPem as string,
      keyPem: new Sealed(keyPem as string),
      notAfter,
    },
    hosts: hosts.map(String),
  };
}
