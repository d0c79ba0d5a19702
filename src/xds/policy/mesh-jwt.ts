// MeshJWT: jwt_authn on every HTTP chain of an inbound, with a requirement for all clients and for single ones.

import type { RouteMatchJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type {
  JwtAuthenticationJson,
  JwtRequirementJson,
  RequirementRuleJson,
} from "#envoy/generated/envoy/extensions/filters/http/jwt_authn/v3/config_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundPolicy, InboundRule } from "#match/matched.ts";
import type { MeshJwtConf } from "#model/policy/mesh-jwt.ts";
import { matchHeaders } from "#xds/client-routes.ts";
import { addHttpFilter } from "#xds/http-filters.ts";
import { pathRegex } from "#xds/path-regex.ts";
import type { InboundParts, PolicyWriter } from "#xds/policy.ts";
import { tellServerName } from "#xds/server-name.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { providerOf, writtenHeaders } from "./mesh-jwt-provider.ts";

const TYPE = "MeshJWT";

type Rule = InboundRule<MeshJwtConf>;

/** A provider that no token satisfies: keys that nobody has, so that what cannot be read lets nobody in. */
const CLOSED = { issuer: "nobody", localJwks: { inlineString: '{"keys":[]}' } };

export const meshJwtWriter: PolicyWriter = {
  type: TYPE,
  inbound(parts, policy, tracer) {
    const rules = (policy as InboundPolicy<MeshJwtConf> | undefined)?.rules ?? [];
    // Where requests are not read there is no token to ask for.
    if (rules.length === 0 || parts.routes === null) return;
    const config: Built = { providers: {}, rules: [] };
    const common = rules.findIndex(({ match }) => match === undefined);
    const removed = new Set<string>();
    rules.forEach((rule, item) => {
      const says = (member: keyof MeshJwtConf): number =>
        rule.conf?.[member] === undefined && common !== -1 ? common : item;
      addRule(config, rules, { rule, item, says }, parts, removed, tracer);
    });
    write(parts, config, [...removed].sort(), rules, tracer);
  },
  // Nobody is let in by a policy that could not be read.
  failed(parts, tracer) {
    const config: JwtAuthenticationJson = {
      providers: { closed: CLOSED },
      rules: [{ match: { prefix: "/" }, requires: { providerName: "closed" } }],
    };
    write(parts, config, [], [], tracer);
  },
};

interface Said {
  readonly rule: Rule;
  readonly item: number;
  /** Which rule says a member: what the rule of single clients leaves out is said for all. */
  readonly says: (member: keyof MeshJwtConf) => number;
}

/** A config that rules are added to. */
type Built = JwtAuthenticationJson & Required<Pick<JwtAuthenticationJson, "providers" | "rules">>;

function addRule(
  config: Built,
  rules: readonly Rule[],
  { rule, item, says }: Said,
  parts: InboundParts,
  removed: Set<string>,
  tracer: Tracer,
): void {
  const at = (member: keyof MeshJwtConf): { conf: MeshJwtConf | undefined; source: Source } => {
    const from = says(member);
    return { conf: rules[from]?.conf, source: { policy: TYPE, list: "rules", item: from, pointer: `/${member}` } };
  };
  const providers = at("providers");
  const mode = at("mode");
  const exempt = at("exemptPaths");
  const named = providers.conf?.providers ?? [];
  const requirements = named.map((said, index): JwtRequirementJson => {
    const name = `${says("providers")}/${said.name}`;
    const source = { ...providers.source, pointer: `/providers/${index}` };
    if (config.providers[name] === undefined) {
      const provider = providerOf(said, source, parts.extras, tracer) ?? { ...CLOSED };
      config.providers[name] = provider;
      for (const header of writtenHeaders(said)) removed.add(header);
      tracer.note(provider, source);
    }
    return { providerName: name };
  });
  if (requirements.length === 0) return;
  const optional = mode.conf?.mode === "Optional";
  if (optional) requirements.push({ allowMissing: {} });
  const requires =
    requirements.length === 1 ? (requirements[0] as JwtRequirementJson) : { requiresAny: { requirements } };
  tracer.note(requires, mode.conf?.mode === undefined ? providers.source : mode.source);
  const headers = matchHeaders(rule.match);
  if (headers.length > 0 && !parts.chains.some(({ secured }) => secured)) return;
  if (rule.match?.sni !== undefined) tellServerName(parts, tracer);
  const add = (match: RouteMatchJson, more: Partial<RequirementRuleJson>, source: Source): void => {
    const made: RequirementRuleJson = { match: { ...match, ...(headers.length > 0 && { headers }) }, ...more };
    tracer.note(made, source);
    config.rules.push(made);
  };
  exempt.conf?.exemptPaths?.forEach((path, index) => {
    const regex = pathRegex(path, "bare");
    // Envoy compares the path without its query here.
    add({ safeRegex: { regex } }, {}, { ...exempt.source, pointer: `/exemptPaths/${index}` });
  });
  add({ prefix: "/" }, { requires }, { ...providers.source, item });
}

/** On plaintext chains too: a token is the request's own. Bytes of an application's own TLS pass unread. */
function write(
  parts: InboundParts,
  config: JwtAuthenticationJson,
  removed: readonly string[],
  rules: readonly Rule[],
  tracer: Tracer,
): void {
  if ((config.rules ?? []).length === 0) return;
  const sources = rules.map((_, item): Source => ({ policy: TYPE, list: "rules", item, pointer: "" }));
  const exempts = rules.some(({ conf }) => (conf?.exemptPaths ?? []).length > 0);
  for (const { http } of parts.chains) {
    if (http === null) continue;
    const filter = typed("envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication", config);
    addHttpFilter(http, "envoy.filters.http.jwt_authn", filter, tracer, ...sources);
    if (removed.length > 0) {
      const mutation = typed("envoy.extensions.filters.http.header_mutation.v3.HeaderMutation", {
        mutations: { requestMutations: removed.map((remove) => ({ remove })) },
      });
      addHttpFilter(http, "envoy.filters.http.header_mutation", mutation, tracer, ...sources);
    }
    if (!exempts) continue;
    // An exempt path must be the one that the application sees.
    tracer.set(http, "normalizePath", true, ...sources);
    tracer.set(http, "mergeSlashes", true, ...sources);
    tracer.set(http, "pathWithEscapedSlashesAction", "REJECT_REQUEST", ...sources);
  }
}
