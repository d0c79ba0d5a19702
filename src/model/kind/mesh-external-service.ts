// Kind MeshExternalService: something outside the mesh, with a name and a port inside it.

import { isHostName, isIP } from "#model/address.ts";
import { dataSourceViolations } from "#model/data-source.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { openKeyReason, pemReason } from "#model/pem.ts";
import { anyJson, flag, may, text } from "#model/shape.ts";
import { under, type Violation } from "#model/violation.ts";

const port = z.int().check(z.minimum(1), z.maximum(65_535));
/** Versions from oldest to newest, after "Envoy decides". */
const TLS_VERSIONS = ["TLSAuto", "TLS10", "TLS11", "TLS12", "TLS13"] as const;
const tlsVersion = z.enum(TLS_VERSIONS);
const source = z.strictObject(() => ({ secret: may(text), inline: may(text), inlineString: may(text) }));

const tls = z.strictObject(() => ({
  enabled: may(flag),
  version: may(z.strictObject({ min: may(tlsVersion), max: may(tlsVersion) })),
  allowRenegotiation: may(flag),
  verification: may(
    z.strictObject({
      mode: may(z.enum(["SkipSAN", "SkipCA", "Secured", "SkipAll"])),
      serverName: may(text),
      subjectAltNames: may(z.array(z.strictObject({ type: may(z.enum(["Exact", "Prefix"])), value: text }))),
      caCert: may(source),
      clientCert: may(source),
      clientKey: may(source),
    }),
  ),
}));

const endpoint = z.strictObject(() => ({
  address: z.string().check(z.refine((value) => value !== "", "in body should be at least 1 chars long")),
  port,
  priority: may(z.int().check(z.minimum(0), z.maximum(128))),
}));

export const meshExternalServiceShape = z.strictObject(() => ({
  match: z.strictObject({
    type: may(z.enum(["HostnameGenerator"])),
    port,
    protocol: may(z.enum(["tcp", "grpc", "http", "http2"])),
  }),
  extension: may(z.strictObject({ type: text, config: may(anyJson) })),
  endpoints: may(z.array(endpoint)),
  tls: may(tls),
}));
export type MeshExternalServiceSpec = Frozen<z.infer<typeof meshExternalServiceShape>>;
export type ExternalTls = NonNullable<MeshExternalServiceSpec["tls"]>;
export type ExternalSource = Frozen<z.infer<typeof source>>;

function validate({ spec }: { readonly spec: MeshExternalServiceSpec }): readonly Violation[] {
  // An extension judges its endpoints and TLS itself.
  if (spec.extension !== undefined) {
    return spec.extension.type === "" ? [{ field: "extension.type", reason: "must not be empty" }] : [];
  }
  return [
    ...(spec.endpoints ?? []).flatMap(({ address }, index) =>
      isIP(address) || isHostName(address)
        ? []
        : [{ field: `endpoints[${index}].address`, reason: "address has to be a valid IP or hostname" }],
    ),
    ...(spec.tls === undefined ? [] : under("tls", tlsViolations(spec.tls))),
  ];
}

function tlsViolations({ version = {}, verification = {} }: ExternalTls): Violation[] {
  const found: Violation[] = [];
  const { min = "TLSAuto", max = "TLSAuto" } = version;
  if (max !== "TLSAuto" && TLS_VERSIONS.indexOf(min) > TLS_VERSIONS.indexOf(max)) {
    found.push({ field: "version.min", reason: "min version must be lower than max" });
  }
  const { serverName, subjectAltNames = [], clientCert, clientKey } = verification;
  const add = (field: string, reason: string): void => {
    found.push({ field: `verification.${field}`, reason });
  };
  if (serverName !== undefined && (isIP(serverName) || !isHostName(serverName)))
    add("serverName", "must be a valid DNS name");
  subjectAltNames.forEach(({ type, value }, index) => {
    // Envoy refuses a cluster with an empty prefix.
    if (type === "Prefix" && value === "") add(`subjectAltNames[${index}].value`, "must not be empty");
  });
  if (clientCert !== undefined && clientKey === undefined)
    add("clientKey", "must be defined when clientCert is defined");
  if (clientCert === undefined && clientKey !== undefined)
    add("clientCert", "must be defined when clientKey is defined");
  for (const name of ["caCert", "clientCert", "clientKey"] as const) {
    const said = verification[name];
    if (said === undefined) continue;
    const wrong = dataSourceViolations(said);
    found.push(...under(`verification.${name}`, wrong));
    // Envoy refuses a cluster whose CA it cannot read; a key is never shown to an Envoy from here.
    const text = name !== "clientKey" && wrong.length === 0 ? inlineText(said) : null;
    const reason = text === null ? null : name === "caCert" ? pemReason(text) : openKeyReason(text);
    if (reason !== null) add(name, reason);
  }
  return found;
}

/** The text that a source holds itself, or null where it only names a secret. */
export function inlineText({ inline, inlineString }: ExternalSource): string | null {
  if (inlineString !== undefined) return inlineString;
  return inline === undefined ? null : fromBase64(inline);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Text of single bytes from base64, standard or of URLs: PEM is ASCII. */
function fromBase64(text: string): string {
  let bits = 0;
  let count = 0;
  let out = "";
  for (const character of text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "")) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += String.fromCharCode((bits >> count) & 0xff);
    }
  }
  return out;
}

/** What Kuma's schema fills in. */
function complete(spec: MeshExternalServiceSpec): MeshExternalServiceSpec {
  const { match, tls: said } = spec;
  const verification = said?.verification;
  return {
    ...spec,
    match: { type: match.type ?? "HostnameGenerator", port: match.port, protocol: match.protocol ?? "tcp" },
    ...(said && {
      tls: {
        enabled: said.enabled ?? false,
        ...(said.version && { version: { min: "TLSAuto", max: "TLSAuto", ...said.version } }),
        allowRenegotiation: said.allowRenegotiation ?? false,
        ...(verification && {
          verification: {
            mode: "Secured",
            ...verification,
            ...(verification.subjectAltNames && {
              subjectAltNames: verification.subjectAltNames.map((name) => ({ type: "Exact" as const, ...name })),
            }),
          },
        }),
      },
    }),
  };
}

export const meshExternalServiceJudge: Judge<MeshExternalServiceSpec> = {
  shape: meshExternalServiceShape,
  complete,
  validate,
};
