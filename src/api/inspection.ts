// Bodies of inspection: rules, layout, policies and config of one proxy in Kuma's form, and why each of its settings is so.
import * as z from "#model/lazy-zod.ts";

const may = z.exactOptional;

/** A conf, or any value that a policy's author wrote. */
const conf = z.unknown();

/** What names a resource in an answer. */
export const meta = z.object(() => ({
  type: z.string(),
  mesh: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
}));

const matcher = z.object(() => ({ key: z.string(), value: z.string(), not: z.boolean() }));
const rule = z.object(() => ({ conf, matchers: z.array(matcher), origin: z.array(meta) }));
const inbound = z.object(() => ({ name: may(z.string()), port: z.int(), tags: z.record(z.string(), z.string()) }));
const indexedOrigin = z.object({ resourceMeta: meta, ruleIndex: z.int() });

export const rules = z.object(() => ({
  httpMatches: z.array(z.object({ hash: z.string(), match: z.array(z.unknown()) })),
  resource: meta,
  rules: z.array(
    z.object({
      type: z.string(),
      toRules: z.array(rule),
      fromRules: z.array(z.object({ inbound, rules: z.array(rule) })),
      inboundRules: z.array(
        z.object({
          inbound,
          rules: z.array(
            z.object({ conf: z.array(conf), match: may(z.looseObject({})), origin: z.array(indexedOrigin) }),
          ),
        }),
      ),
      toResourceRules: z.array(
        z.object({
          conf: z.array(conf),
          origin: z.array(indexedOrigin),
          resourceMeta: meta,
          resourceSectionName: z.string(),
        }),
      ),
      proxyRule: may(z.object({ conf, origin: z.array(meta) })),
      warnings: z.array(z.string()),
    }),
  ),
}));

const origins = z.array(z.object({ kri: z.string() }));

export const policyList = z.object(() => ({ policies: z.array(z.object({ kind: z.string(), conf, origins })) }));

export const inboundPolicyList = z.object(() => ({
  policies: z.array(
    z.object({
      kind: z.string(),
      rules: z.array(
        z.object({ kri: z.string(), conf, match: may(z.looseObject({})), matchers: may(z.array(matcher)) }),
      ),
      origins,
    }),
  ),
}));

export const routeList = z.object(() => ({
  routes: z.array(
    z.object({
      kind: z.string(),
      rules: z.array(z.object({ kri: may(z.string()), matches: may(z.unknown()), conf })),
      origins,
    }),
  ),
}));

const part = z.object(() => ({
  kri: may(z.string()),
  port: z.int(),
  protocol: z.string(),
  proxyResourceName: z.string(),
}));

export const layout = z.object(() => ({
  inbounds: z.array(part),
  kri: z.string(),
  labels: z.record(z.string(), z.string()),
  listeners: z.array(
    z.object({
      kri: z.string(),
      type: z.enum(["ZoneIngress", "ZoneEgress"]),
      port: z.int(),
      proxyResourceName: z.string(),
    }),
  ),
  outbounds: z.array(part),
}));

export const config = z.object(() => ({
  xds: z.record(z.string(), z.record(z.string(), z.unknown())),
  diff: may(z.array(z.object({ op: z.enum(["test", "add", "remove"]), path: z.string(), value: z.unknown() }))),
}));

/** `shadow`: whether policies labelled `kuma.io/effect: shadow` act; `include=diff` adds what they would change. */
export const configQuery = z.object(() => ({ shadow: may(z.string()), include: may(z.string()) }));

/** A rule of a policy that set a value. */
const setter = z.object(() => ({
  kri: z.string(),
  type: z.string(),
  name: z.string(),
  /** `to[0]`, `rules[1]`, `default`. */
  rule: z.string(),
}));
export type Setter = z.infer<typeof setter>;

const setting = z.object(() => ({
  policy: z.string(),
  field: z.string(),
  value: z.unknown(),
  clients: may(z.unknown()),
  route: may(z.string()),
  setBy: setter,
  over: z.array(setter),
  envoy: z.array(
    z.object({
      resource: z.object({ kind: z.string(), name: z.string() }),
      field: z.string(),
      value: z.unknown(),
    }),
  ),
}));
export type WireSetting = z.infer<typeof setting>;

const place = z.object(() => ({
  kind: z.enum(["proxy", "inbound", "outbound", "backend", "listener"]),
  name: z.string(),
  service: z.string(),
  address: z.string(),
  port: z.int(),
  protocol: z.string(),
  settings: z.array(setting),
  unset: may(z.array(z.object({ policy: z.string(), fields: z.array(z.string()) }))),
}));
export type WirePlace = z.infer<typeof place>;

/** `places` in the order proxy, inbounds, outbounds; `faults` of the dataplane and of the policies that select it. */
export const why = z.object(() => ({
  resource: meta,
  places: z.array(place),
  faults: z.array(
    z.object({ kri: z.string(), type: z.string(), name: z.string(), field: z.string(), reason: z.string() }),
  ),
}));
export type Why = z.infer<typeof why>;

/** Each narrows: a policy's type; text in a conf's field or an Envoy field; text in a place's or an Envoy resource's name. */
export const whyQuery = z.object(() => ({
  policy: may(z.string()),
  field: may(z.string()),
  resource: may(z.string()),
  /** `true` adds, for the policies that say something of a place, the fields that none of them sets there. */
  unset: may(z.string()),
}));

const attachment = z.object(() => ({ type: z.string(), name: may(z.string()), service: may(z.string()) }));

/** Older: the policies of a dataplane, as kumactl prints them. */
export const attachedPolicies = z.object(() => ({
  kind: z.string(),
  total: z.int(),
  items: z.array(
    z.extend(attachment, { matchedPolicies: z.record(z.string(), z.array(z.looseObject({ name: z.string() }))) }),
  ),
}));

/** Older: the rules of a dataplane, by what they are attached to; a negated value begins with `!`. */
export const attachedRules = z.object(() => ({
  total: z.int(),
  items: z.array(
    z.extend(attachment, {
      addresses: may(z.array(z.string())),
      tags: may(z.record(z.string(), z.string())),
      policyType: z.string(),
      subset: z.record(z.string(), z.string()),
      conf,
      origins: z.array(z.object({ mesh: z.string(), name: z.string() })),
    }),
  ),
}));

/** Older: the dataplanes of a policy, as kumactl prints them. */
export const policyDataplanes = z.object(() => ({
  total: z.int(),
  items: z.array(
    z.object({
      kind: z.string(),
      dataplane: z.object({ mesh: z.string(), name: z.string() }),
      attachments: z.array(attachment),
    }),
  ),
}));

export const hostnames = z.object(() => ({
  total: z.int(),
  items: z.array(z.object({ hostname: z.string(), zones: z.array(z.object({ name: z.string() })) })),
}));
