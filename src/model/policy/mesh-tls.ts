// Policy MeshTLS: whether inbounds take plaintext beside mesh TLS, and which TLS versions and ciphers the mesh speaks.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { itemViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { may } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const TLS_VERSIONS = ["TLSAuto", "TLS10", "TLS11", "TLS12", "TLS13"] as const;
const tlsVersion = z.enum(TLS_VERSIONS);

const conf = z.strictObject(() => ({
  tlsVersion: may(z.strictObject({ min: may(tlsVersion), max: may(tlsVersion) })),
  tlsCiphers: may(
    z.array(
      z.enum([
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305",
      ]),
    ),
  ),
  mode: may(z.enum(["Permissive", "Strict"])),
}));

export const meshTlsShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  from: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(conf) }))),
  rules: may(z.array(z.strictObject({ default: may(conf) }))),
}));
export type MeshTlsSpec = Frozen<z.infer<typeof meshTlsShape>>;
export type MeshTlsConf = Frozen<z.infer<typeof conf>>;
export type TlsVersionName = z.infer<typeof tlsVersion>;

const grammar = {
  top: ["Mesh", "MeshSubset", "Dataplane"],
  from: ["Mesh"],
  rules: true,
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshTlsSpec }): readonly Violation[] {
  const { from = [], rules = [] } = spec;
  const whole = (spec.targetRef?.kind ?? "Mesh") === "Mesh";
  return [
    ...topViolations(spec, grammar),
    ...(from.length > 0 && rules.length > 0
      ? [{ field: "", reason: "field 'from' must be empty when 'rules' is defined" }]
      : []),
    ...rules.flatMap(({ default: said }, index) => under(`rules[${index}].default`, confViolations(said, whole))),
    ...itemViolations("from", from, grammar.from, ({ default: said }) => under("default", confViolations(said, whole))),
  ];
}

/** Versions and ciphers hold for both ends of a connection, so only the whole mesh may choose them. */
function confViolations({ tlsCiphers = [], tlsVersion: version }: MeshTlsConf = {}, whole: boolean): Violation[] {
  const found: Violation[] = [];
  const onlyWhole = (field: string): void => {
    found.push({ field, reason: `${field} can only be defined with top level targetRef kind: Mesh` });
  };
  if (tlsCiphers.length > 0 && !whole) onlyWhole("tlsCiphers");
  if (version === undefined) return found;
  if (!whole) onlyWhole("tlsVersion");
  else if (rank(version.min) > rank(version.max) && rank(version.max) > 0) {
    found.push({ field: "tlsVersion.min", reason: "min version must be lower than max" });
  }
  return found;
}

/** 0 for what is left to Envoy. */
function rank(version: TlsVersionName = "TLSAuto"): number {
  return TLS_VERSIONS.indexOf(version);
}

/** Kuma's schema fills the other end of a range. */
function complete(spec: MeshTlsSpec): MeshTlsSpec {
  const filled = <Item extends { readonly default?: MeshTlsConf }>(items: readonly Item[]): Item[] =>
    items.map((item) => {
      const version = item.default?.tlsVersion;
      if (version === undefined) return item;
      return { ...item, default: { ...item.default, tlsVersion: { min: "TLSAuto", max: "TLSAuto", ...version } } };
    });
  return {
    ...spec,
    ...(spec.from && { from: filled(spec.from) }),
    ...(spec.rules && { rules: filled(spec.rules) }),
  };
}

export const meshTlsJudge: Judge<MeshTlsSpec> = {
  shape: meshTlsShape,
  complete,
  validate,
  warn: ({ spec }) => [
    ...((spec.from?.length ?? 0) > 0 ? ["'from' field is deprecated, use 'rules' instead"] : []),
    ...topWarnings(spec),
  ],
};
