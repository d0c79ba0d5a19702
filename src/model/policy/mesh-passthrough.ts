// Policy MeshPassthrough: what of the traffic to outside the mesh a transparent proxy lets through.

import { isIP, isIPv4, isIPv6 } from "#model/address.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { int32, may, text } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const match = z.strictObject(() => ({
  type: z.enum(["Domain", "IP", "CIDR"]),
  value: text,
  port: may(int32),
  protocol: may(z.enum(["tcp", "tls", "grpc", "http", "http2", "mysql"])),
}));

const conf = z.strictObject(() => ({
  passthroughMode: may(z.enum(["All", "Matched", "None"])),
  appendMatch: may(z.array(match)),
}));

export const meshPassthroughShape = z.strictObject({
  targetRef: may(targetRefShape),
  default: may(conf),
});
export type MeshPassthroughSpec = Frozen<z.infer<typeof meshPassthroughShape>>;
export type PassthroughConf = Frozen<z.infer<typeof conf>>;
export type PassthroughMatch = Frozen<z.infer<typeof match>>;

const grammar = { top: ["Mesh", "MeshSubset", "Dataplane"] } as const satisfies PolicyGrammar;

/** Envoy tells them apart by nothing before the request: they share one filter chain a port. */
const REQUESTS: readonly string[] = ["grpc", "http", "http2"];

function validate({ spec }: { readonly spec: MeshPassthroughSpec }): readonly Violation[] {
  return [
    ...topViolations(spec, grammar),
    ...under("default", under("appendMatch", matchesViolations(spec.default?.appendMatch ?? []))),
  ];
}

function matchesViolations(matches: readonly PassthroughMatch[]): Violation[] {
  const byPort = new Map<number, string>();
  const values = new Set<string>();
  return matches.flatMap((one, index) => {
    const { value, port, protocol = "tcp" } = one;
    const found: Violation[] = [];
    if (protocol === "mysql" && port === undefined) {
      found.push({ field: "port", reason: "port must be defined for Mysql protocol" });
    }
    if (port !== undefined && (port < 1 || port > 65_535)) {
      found.push({ field: "port", reason: "port must be a valid (1-65535)" });
    }
    if (port !== undefined) {
      const before = byPort.get(port);
      if (before !== undefined && before !== protocol && REQUESTS.includes(protocol)) {
        const reason = `using the same port in multiple matches requires the same protocol for the following protocols: [${REQUESTS.join(" ")}]`;
        found.push({ field: "port", reason });
      } else byPort.set(port, protocol);
      const key = JSON.stringify([port, protocol, value]);
      if (values.has(key)) {
        found.push({ field: "value", reason: `value ${value} is already defiend for this port and protocol` });
      }
      values.add(key);
    }
    return under(`[${index}]`, [...found, ...valueViolations(one)]);
  });
}

function valueViolations({ type, value, port, protocol = "tcp" }: PassthroughMatch): Violation[] {
  if (type === "IP") return isIP(value) ? [] : [{ field: "value", reason: "provided IP has incorrect value" }];
  if (type === "CIDR") return isCidr(value) ? [] : [{ field: "value", reason: "provided CIDR has incorrect value" }];
  const found: Violation[] = [];
  if (protocol === "tcp" || protocol === "mysql") {
    found.push({ field: "protocol", reason: `protocol ${protocol} is not supported for a domain` });
  }
  const partial = /^\*[^.]/.test(value);
  if (partial) {
    const reason = "provided DNS has incorrect value, partial wildcard is currently not supported";
    found.push({ field: "value", reason });
  }
  if (port === undefined && value.startsWith("*") && REQUESTS.includes(protocol)) {
    found.push({ field: "port", reason: "wildcard domains doesn't work for all ports and layer 7 protocol" });
  }
  const domain = value.startsWith("*.") ? value.slice(2) : value;
  if (!domain.startsWith("*") && !isDomain(domain)) {
    found.push({ field: "value", reason: "provided DNS has incorrect value" });
  }
  return found;
}

/** An address and the length of its prefix: `10.0.0.0/8`, `fd00::/8`. */
export function isCidr(text: string): boolean {
  const [address = "", length = "", ...more] = text.split("/");
  if (more.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return (isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128);
}

/** A DNS name as Kuma takes it: with `_` anywhere in a label, and perhaps a dot at the end. */
function isDomain(name: string): boolean {
  const labels = (name.endsWith(".") ? name.slice(0, -1) : name).split(".");
  const joined = labels.join("");
  return (
    joined.length > 0 &&
    joined.length <= 255 &&
    !isIPv4(name) &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,62})$/i.test(label))
  );
}

/** The protocol that Kuma fills in. */
function complete(spec: MeshPassthroughSpec): MeshPassthroughSpec {
  const matches = spec.default?.appendMatch;
  if (matches === undefined) return spec;
  const appendMatch = matches.map((one) => ({ ...one, protocol: one.protocol ?? ("tcp" as const) }));
  return { ...spec, default: { ...spec.default, appendMatch } };
}

export const meshPassthroughJudge: Judge<MeshPassthroughSpec> = {
  shape: meshPassthroughShape,
  complete,
  validate,
  warn: ({ spec }) => topWarnings(spec),
};
