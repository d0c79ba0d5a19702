// Older policy TrafficRoute: its rules, in Kuma's words.
import type { Judge } from "#model/kind.ts";
import { regexpReason } from "#model/regexp.ts";
import { selectorViolations } from "#model/selector.ts";
import type { Tags } from "#model/tag.ts";
import { tagField } from "#model/tag-rule.ts";
import { under, type Violation } from "#model/violation.ts";
import { endsViolations, TOWARD_SERVICES } from "./older-policy.ts";
import {
  type HeaderChange,
  type OlderLoadBalancer,
  type StringMatch,
  type TrafficRouteConf,
  type TrafficRouteHttp,
  type TrafficRouteSpec,
  type TrafficRouteSplit,
  trafficRouteShape,
} from "./traffic-route-shape.ts";

type Goal = Pick<TrafficRouteConf, "split" | "destination">;
type Modify = NonNullable<TrafficRouteHttp["modify"]>;

const EMPTY = "cannot be empty";
const refuse = (field: string, reason: string): Violation[] => [{ field, reason }];

function confViolations(conf: TrafficRouteConf | undefined): Violation[] {
  if (conf === undefined) return refuse("", EMPTY);
  return [
    ...goalViolations(conf),
    ...(conf.http ?? []).flatMap((http, index) =>
      under(`http[${index}]`, [
        ...under("match", matchViolations(http.match)),
        ...under("modify", modifyViolations(http.modify ?? {}, http.match?.path?.prefix ?? "")),
        ...goalViolations(http),
      ]),
    ),
    ...under("loadBalancer", balancerViolations(conf.loadBalancer ?? {})),
  ];
}

function goalViolations({ split, destination }: Goal): Violation[] {
  const found: Violation[] = [];
  if (split === undefined && destination === undefined) {
    found.push({ field: "", reason: 'requires either "destination" or "split"' });
  }
  if (split !== undefined && destination !== undefined) {
    found.push({ field: "", reason: '"split" cannot be defined at the same time as "destination"' });
  }
  if (split !== undefined) found.push(...under("split", splitViolations(split)));
  if (destination !== undefined) found.push(...under("destination", destinationViolations(destination)));
  return found;
}

function destinationViolations(tags: Tags): Violation[] {
  return selectorViolations(tags, { some: true, service: "needed" });
}

function splitViolations(split: readonly TrafficRouteSplit[]): Violation[] {
  const found = split.flatMap(({ weight, destination = {} }, index) =>
    under(`[${index}]`, [
      ...(weight === undefined ? refuse("weight", "needs to be defined") : []),
      ...under("destination", destinationViolations(destination)),
    ]),
  );
  return split.some(({ weight = 0 }) => weight > 0)
    ? found
    : [...found, { field: "", reason: "there must be at least one split entry with weight above 0" }];
}

function matchViolations({ method, path, headers }: NonNullable<TrafficRouteHttp["match"]> = {}): Violation[] {
  if (method === undefined && path === undefined && headers === undefined) {
    const reason = 'must be present and contain at least one of the elements: "method", "path" or "headers"';
    return refuse("", reason);
  }
  return [
    ...(method === undefined ? [] : under("method", stringViolations(method))),
    ...(path === undefined ? [] : under("path", stringViolations(path))),
    ...(headers !== undefined && Object.keys(headers).length === 0
      ? refuse("headers", "must contain at least one element")
      : []),
    ...Object.entries(headers ?? {}).flatMap(([name, matcher]) =>
      under(`headers${tagField(name)}`, [...(name === "" ? refuse("", EMPTY) : []), ...stringViolations(matcher)]),
    ),
  ];
}

function stringViolations(matcher: StringMatch): Violation[] {
  const { prefix, regex } = matcher;
  const kinds = Object.keys(matcher);
  // Kuma's text names a kind that there is not.
  if (kinds.length === 0) return refuse("", 'cannot be empty. Available options: "exact", "split" or "regex"');
  if (kinds.length > 1) return refuse("", 'only one of "prefix", "exact" or "regex" may be set');
  if (prefix === "") return refuse("prefix", EMPTY);
  if (regex === "") return refuse("regex", EMPTY);
  return regex === undefined ? [] : expressionViolations("regex", regex);
}

function expressionViolations(field: string, text: string): Violation[] {
  const reason = regexpReason(text);
  return reason === null ? [] : refuse(field, reason);
}

function modifyViolations({ path, host, requestHeaders, responseHeaders }: Modify, prefix: string): Violation[] {
  return [
    ...(path === undefined ? [] : under("path", pathViolations(path, prefix))),
    ...(host === undefined ? [] : under("host", hostViolations(host))),
    ...under("requestHeaders", headersViolations(requestHeaders ?? {})),
    ...under("responseHeaders", headersViolations(responseHeaders ?? {})),
  ];
}

type Replacement = NonNullable<NonNullable<Modify["path"]>["regex"]>;

function replacementViolations(field: string, { pattern, substitution }: Replacement): Violation[] {
  return under(field, [
    ...(pattern === undefined ? refuse("pattern", EMPTY) : expressionViolations("pattern", pattern)),
    ...(substitution === undefined ? refuse("substitution", EMPTY) : []),
  ]);
}

function pathViolations({ rewritePrefix, regex }: NonNullable<Modify["path"]>, prefix: string): Violation[] {
  if (rewritePrefix !== undefined && regex !== undefined) {
    return refuse("", 'only one of "rewritePrefix" and "regex" may be set');
  }
  if (regex !== undefined) return replacementViolations("regex", regex);
  if (rewritePrefix === undefined) return refuse("", 'either "rewritePrefix" or "regex" has to be set');
  if (rewritePrefix === "") return refuse("rewritePrefix", EMPTY);
  if (prefix !== "") return [];
  return refuse("rewritePrefix", "can only be set when .http.match.path.prefix is not empty");
}

function hostViolations({ value, fromPath }: NonNullable<Modify["host"]>): Violation[] {
  if (value !== undefined && fromPath !== undefined) {
    return refuse("", 'only one of "value" and "fromPath" may be set');
  }
  if (fromPath !== undefined) return replacementViolations("fromPath", fromPath);
  if (value === undefined) return refuse("", 'either "value" or "fromPath" has to be set');
  return value === "" ? refuse("value", EMPTY) : [];
}

function headersViolations({ add = [], remove = [] }: HeaderChange): Violation[] {
  return [
    ...add.flatMap(({ name, value }, index) =>
      under(`add[${index}]`, [
        ...headerNameViolations(name),
        ...(value === undefined ? refuse("value", EMPTY) : []),
        // Envoy refuses a whole route configuration for one.
        ...(/[\0\r\n]/.test(value ?? "") ? refuse("value", "must not contain line ends or NUL") : []),
      ]),
    ),
    ...remove.flatMap(({ name }, index) => under(`remove[${index}]`, headerNameViolations(name))),
  ];
}

const HEADER = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

function headerNameViolations(name: string | undefined): Violation[] {
  if (name === undefined) return refuse("name", EMPTY);
  if (name.startsWith(":") || name.toLowerCase() === "host") {
    return refuse("name", "host header and HTTP/2 pseudo-headers are not allowed to be modified");
  }
  return HEADER.test(name) ? [] : refuse("name", "must be the name of an HTTP header");
}

function balancerViolations(balancer: OlderLoadBalancer): Violation[] {
  const { leastRequest, ringHash } = balancer;
  if (Object.keys(balancer).length > 1) return refuse("", "only one kind of load balancer may be set");
  if (leastRequest?.choiceCount === 1) {
    return refuse("leastRequest.choiceCount", "value must be greater than or equal to 2");
  }
  if (ringHash === undefined) return [];
  const { hashFunction = "", minRingSize = "0", maxRingSize = "0" } = ringHash;
  const found = ["XX_HASH", "MURMUR_HASH_2"].includes(hashFunction)
    ? []
    : refuse("ringHash.hashFunction", "must have a valid hash function");
  const [least, most] = [Number(minRingSize), Number(maxRingSize)];
  for (const [field, size] of [
    ["minRingSize", least],
    ["maxRingSize", most],
  ] as const) {
    if (size > 8_388_608) found.push({ field: `ringHash.${field}`, reason: "must be at most 8388608" });
  }
  if (most > 0 && least > most) {
    found.push({ field: "ringHash.minRingSize", reason: "must not be greater than maxRingSize" });
  }
  return found;
}

export const trafficRouteJudge: Judge<TrafficRouteSpec> = {
  shape: trafficRouteShape,
  validate: ({ spec }) => [...endsViolations(spec, TOWARD_SERVICES), ...under("conf", confViolations(spec.conf))],
};
