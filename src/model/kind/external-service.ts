// Kind ExternalService: an address outside the mesh that offers a service, known by tags.

import { isDnsName, isIP, portReason } from "#model/address.ts";
import { dataSourceViolations } from "#model/data-source.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import type * as z from "#model/lazy-zod.ts";
import { openKeyReason, pemReason } from "#model/pem.ts";
import { protocolOf } from "#model/protocol.ts";
import { dataSource, flag, may, message, text, textMap } from "#model/shape.ts";
import { PROTOCOL_TAG, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { tagField, tagViolations } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import { inlineText } from "./mesh-external-service.ts";

export const externalServiceShape = message(() => ({
  networking: may(
    message({
      address: may(text),
      tls: may(
        message(
          {
            enabled: may(flag),
            caCert: may(dataSource),
            clientCert: may(dataSource),
            clientKey: may(dataSource),
            allowRenegotiation: may(flag),
            serverName: may(text),
            skipHostnameVerification: may(flag),
          },
          { keep: ["allowRenegotiation", "serverName", "skipHostnameVerification"] },
        ),
      ),
      disableHostDNSEntry: may(flag),
    }),
  ),
  tags: may(textMap),
}));
export type ExternalServiceSpec = Frozen<z.infer<typeof externalServiceShape>>;
export type ExternalServiceTls = NonNullable<NonNullable<ExternalServiceSpec["networking"]>["tls"]>;

/** Host and port of `host:port` or `[IPv6]:port`; null where it is neither. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? null : { host, port: Number(digits) };
}

function validate({ spec }: { readonly spec: ExternalServiceSpec }): readonly Violation[] {
  const { networking, tags = {} } = spec;
  const found: Violation[] = [];
  if (networking === undefined) found.push({ field: "networking", reason: "should have networking" });
  else {
    found.push(...addressViolations(networking.address));
    found.push(...under("networking.tls", tlsViolations(networking.tls ?? {})));
  }
  found.push(...tagsViolations(tags));
  const service = tags[SERVICE_TAG] ?? "";
  if (service !== "" && hostAndPort(networking?.address ?? "")?.host === service) {
    found.push({ field: `tags${tagField(SERVICE_TAG)}`, reason: "cannot be the same as networking.address" });
  }
  return found;
}

function addressViolations(address = ""): Violation[] {
  const field = "networking.address";
  if (address === "") return [{ field, reason: "address can't be empty" }];
  const parts = hostAndPort(address);
  if (parts === null) return [{ field, reason: "unable to parse address" }];
  const found: Violation[] = [];
  if (!isIP(parts.host) && !isDnsName(parts.host))
    found.push({ field, reason: "address has to be a valid IP address or a domain name" });
  const wrong = portReason(parts.port);
  if (wrong !== null) found.push({ field, reason: wrong });
  return found;
}

function tlsViolations(tls: ExternalServiceTls): Violation[] {
  const found: Violation[] = [];
  if (tls.serverName === "") found.push({ field: "serverName", reason: "cannot be empty" });
  for (const name of ["caCert", "clientCert", "clientKey"] as const) {
    const said = tls[name];
    if (said === undefined) continue;
    const empty = Object.values(said).every((value) => value === "");
    const wrong = empty ? [{ field: "", reason: "data source cannot be empty" }] : dataSourceViolations(said);
    found.push(...under(name, wrong));
    // Envoy refuses a cluster whose CA it cannot read; a key is never shown to an Envoy from here.
    const open = name !== "clientKey" && wrong.length === 0 ? inlineText(said) : null;
    const reason = open === null ? null : name === "caCert" ? pemReason(open) : openKeyReason(open);
    if (reason !== null) found.push({ field: name, reason });
  }
  return found;
}

function tagsViolations(tags: Tags): Violation[] {
  const found: Violation[] = [];
  const protocol = tags[PROTOCOL_TAG];
  if (protocol !== undefined && protocolOf(protocol) === null) {
    const reason = `tag "${PROTOCOL_TAG}" has an invalid value "${protocol}". Allowed values: ${TOLD}`;
    found.push({ field: `tags${tagField(PROTOCOL_TAG)}`, reason });
  }
  found.push(...under("tags", tagViolations(tags)));
  if (tags[SERVICE_TAG] === undefined)
    found.push({ field: "tags", reason: `mandatory tag "${SERVICE_TAG}" is missing` });
  return found;
}

/** Those that Kuma names; `tls` and `mysql` are read too. */
const TOLD = "grpc, http, http2, kafka, tcp";

export const externalServiceJudge: Judge<ExternalServiceSpec> = {
  shape: externalServiceShape,
  validate,
};
