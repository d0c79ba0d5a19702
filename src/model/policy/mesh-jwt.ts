// Policy MeshJWT: requests to an inbound must bring a token that one of the named issuers has signed.

import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import { headerName, headerValue } from "#model/http-header.ts";
import { jwksReason } from "#model/jwks.ts";
import { keyServerReason } from "#model/key-server.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { listViolations, type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { claimPath, requestViolations } from "#model/request-match.ts";
import { matchShape, matchViolations, SERVER_NAME_HEADER } from "#model/rule-match.ts";
import { duration, flag, may, text, texts } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const provider = z.strictObject(() => ({
  name: text,
  issuer: may(text),
  audiences: may(texts),
  jwks: z.strictObject({
    remote: may(z.strictObject({ uri: text, timeout: may(duration), cacheDuration: may(duration) })),
    inline: may(text),
  }),
  fromHeaders: may(z.array(z.strictObject({ name: headerName, prefix: may(headerValue) }))),
  fromParams: may(texts),
  forward: may(flag),
  forwardPayloadHeader: may(headerName),
  claimToHeaders: may(z.array(z.strictObject({ header: headerName, claim: text }))),
  clockSkew: may(duration),
}));

const conf = z.strictObject(() => ({
  providers: may(z.array(provider)),
  mode: may(z.enum(["Required", "Optional"])),
  exemptPaths: may(z.array(z.strictObject({ type: z.enum(["Exact", "PathPrefix"]), value: text }))),
}));

export const meshJwtShape = z.strictObject(() => ({
  targetRef: may(targetRefShape),
  rules: may(z.array(z.strictObject({ matches: may(z.array(matchShape)), default: conf }))),
}));
export type MeshJwtSpec = Frozen<z.infer<typeof meshJwtShape>>;
export type MeshJwtConf = Frozen<z.infer<typeof conf>>;
export type JwtProvider = Frozen<z.infer<typeof provider>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshService", "MeshServiceSubset", "Dataplane"],
  rules: true,
} as const satisfies PolicyGrammar;

const SECOND = 1_000_000_000n;

/** Headers that Envoy or the mesh writes, and that a claim must not take the place of. */
const RESERVED = [
  "host",
  "x-forwarded-client-cert",
  "x-forwarded-for",
  "x-kuma-tags",
  SERVER_NAME_HEADER,
  "authorization",
];

function validate({ spec }: { readonly spec: MeshJwtSpec }): readonly Violation[] {
  return [
    ...listViolations(spec, grammar),
    ...topViolations(spec, grammar),
    ...(spec.rules ?? []).flatMap(({ matches = [], default: said }, index) =>
      under(`rules[${index}]`, [
        ...matches.flatMap((match, position) => under(`matches[${position}]`, matchViolations(match))),
        ...under("default", confViolations(said)),
      ]),
    ),
  ];
}

function confViolations({ providers, mode, exemptPaths = [] }: MeshJwtConf): Violation[] {
  const found: Violation[] = [];
  if (providers === undefined && mode === undefined && exemptPaths.length === 0) {
    found.push({ field: "", reason: "must have at least one defined: providers, mode, exemptPaths" });
  }
  if (providers?.length === 0) found.push({ field: "providers", reason: "must not be empty" });
  const names = new Set<string>();
  providers?.forEach((one, index) => {
    const own = providerViolations(one);
    if (names.has(one.name)) own.push({ field: "name", reason: `"${one.name}" is already used for another provider` });
    names.add(one.name);
    found.push(...under(`providers[${index}]`, own));
  });
  exemptPaths.forEach((path, index) => {
    const own = requestViolations({ path }).map(({ reason }) => ({ field: "value", reason }));
    found.push(...under(`exemptPaths[${index}]`, own));
  });
  return found;
}

function providerViolations(one: JwtProvider): Violation[] {
  const { name, jwks, fromHeaders = [], fromParams = [], claimToHeaders = [], clockSkew, forwardPayloadHeader } = one;
  const found: Violation[] = [];
  const add = (field: string, reason: string | null | false): void => {
    if (reason) found.push({ field, reason });
  };
  add("name", !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) && "must be lower case letters, digits, '-' and '.'");
  add("issuer", one.issuer === "" && "must not be empty");
  one.audiences?.forEach((audience, index) => {
    add(`audiences[${index}]`, audience === "" && "must not be empty");
  });
  const { remote, inline } = jwks;
  add("jwks", (remote === undefined) === (inline === undefined) && "must have exactly one defined: remote, inline");
  if (inline !== undefined) add("jwks.inline", jwksReason(inline));
  if (remote !== undefined) {
    add("jwks.remote.uri", keyServerReason(remote.uri));
    add("jwks.remote.timeout", isBelow(remote.timeout, 1n) && "must be greater than zero when defined");
    // A key server is asked by every worker of every proxy.
    add("jwks.remote.cacheDuration", isBelow(remote.cacheDuration, SECOND) && "must be at least 1s");
  }
  fromParams.forEach((param, index) => {
    add(`fromParams[${index}]`, !/^[\w.~-]+$/.test(param) && "must be the name of a query parameter");
  });
  fromHeaders.forEach(({ name: header }, index) => {
    add(`fromHeaders[${index}].name`, header === "host" && "must not be host");
  });
  add(
    "forwardPayloadHeader",
    RESERVED.includes(forwardPayloadHeader ?? "") && "must not be a header of the mesh's own",
  );
  claimToHeaders.forEach(({ header, claim }, index) => {
    add(`claimToHeaders[${index}].header`, RESERVED.includes(header) && "must not be a header of the mesh's own");
    add(
      `claimToHeaders[${index}].claim`,
      (claimPath(claim) === null || claim.includes("\\")) && "must be names of claims with dots between them",
    );
  });
  const skew = clockSkew === undefined ? SECOND : (parseDuration(clockSkew) ?? 0n);
  // Envoy takes none for its own, a minute.
  add("clockSkew", (skew < SECOND || skew % SECOND !== 0n) && "must be whole seconds, at least 1s");
  return found;
}

function isBelow(said: string | undefined, least: bigint): boolean {
  return said !== undefined && (parseDuration(said) ?? 0n) < least;
}

function warn({ spec }: { readonly spec: MeshJwtSpec }): readonly string[] {
  const open = (spec.rules ?? []).flatMap(({ default: { providers = [] } }, rule) =>
    providers.flatMap(({ audiences, issuer, jwks }, index) => {
      const at = `spec.rules[${rule}].default.providers[${index}]`;
      return [
        ...(audiences === undefined ? [`'${at}.audiences' is not set: tokens for any audience are accepted`] : []),
        ...(issuer === undefined
          ? [`'${at}.issuer' is not set: tokens of any issuer with these keys are accepted`]
          : []),
        ...(jwks.remote?.uri.startsWith("http:")
          ? [`'${at}.jwks.remote.uri' is not https: whoever is on the way can replace the keys`]
          : []),
      ];
    }),
  );
  return [...open, ...topWarnings(spec)];
}

export const meshJwtJudge: Judge<MeshJwtSpec> = {
  shape: meshJwtShape,
  validate,
  warn,
};
