// The judge of certificates that nobody here wrote: OpenSSL.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Verdict {
  readonly ok: boolean;
  /** What OpenSSL said, without paths. */
  readonly said: string;
}

/** `openssl verify -x509_strict` of a leaf against a root, with intermediates in between. */
export function opensslVerify(
  leafPem: string,
  options: {
    readonly rootPem: string;
    readonly chain?: readonly string[];
    /** An anchor need not be self-signed, as Envoy has it. */
    readonly partial?: boolean;
    readonly purpose?: "sslserver" | "sslclient" | "any";
    readonly at: number;
    readonly host?: string;
    readonly ip?: string;
  },
): Verdict {
  return withFiles({ leaf: leafPem, root: options.rootPem, chain: (options.chain ?? []).join("\n") }, (file) => {
    const args = ["verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", file("root")];
    if (options.chain !== undefined && options.chain.length > 0) args.push("-untrusted", file("chain"));
    if (options.partial === true) args.push("-partial_chain");
    if (options.purpose !== undefined) args.push("-purpose", options.purpose);
    if (options.host !== undefined) args.push("-verify_hostname", options.host);
    if (options.ip !== undefined) args.push("-verify_ip", options.ip);
    const { status, stdout, stderr } = spawnSync(
      "openssl",
      [...args, "-attime", String(Math.floor(options.at / 1000)), file("leaf")],
      { encoding: "utf8" },
    );
    return { ok: status === 0, said: `${stdout}${stderr}`.replaceAll(/\/\S+\//g, "") };
  });
}

/** The output of an OpenSSL command that reads one PEM file (`-in`). */
export function openssl(args: readonly string[], pem: string): string {
  return withFiles({ in: pem }, (file) => execFileSync("openssl", [...args, "-in", file("in")], { encoding: "utf8" }));
}

function withFiles<T>(files: Readonly<Record<string, string>>, use: (file: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "weft-trust-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return use((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
