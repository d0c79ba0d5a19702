// CAs as people bring them: self-signed by OpenSSL.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";

/** Arguments of `openssl genpkey`. */
export const P256 = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";

/** `key` is what `genpkey` takes; `extensions` lines of OpenSSL's configuration, sections of it (`[name]`) last. */
export function bringCa(
  key: string,
  extensions: readonly string[],
  options: { readonly traditional?: boolean; readonly subject?: string } = {},
): { cert: string; key: Sealed } {
  const folder = mkdtempSync(join(tmpdir(), "weft-bring-"));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): unknown => execFileSync("openssl", args, { stdio: "ignore" });
  try {
    openssl("genpkey", ...key.split(" "), "-out", at("pk8"));
    openssl("pkey", "-in", at("pk8"), ...(options.traditional === true ? ["-traditional"] : []), "-out", at("key"));
    const args = ["-key", at("pk8"), "-sha256", "-days", "30", "-utf8", "-multivalue-rdn", "-out", at("pem")];
    const base = ["[req]", "distinguished_name=dn", "x509_extensions=ca", "[dn]", "[ca]", "subjectKeyIdentifier=hash"];
    writeFileSync(at("conf"), [...base, ...extensions, ""].join("\n"));
    openssl("req", "-x509", "-new", "-config", at("conf"), "-subj", options.subject ?? "/CN=brought", ...args);
    return { cert: readFileSync(at("pem"), "utf8"), key: new Sealed(readFileSync(at("key"), "utf8")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
