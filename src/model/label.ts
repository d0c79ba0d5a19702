// Labels: which keys and values are legal, and those that Weft computes.
import type { DataplaneSpec } from "./kind/dataplane.ts";
import { kindOfType } from "./kinds.ts";
import { subdomainReason } from "./name.ts";
import { policyRole } from "./policy-role.ts";
import { isZoneProxyKind, PROXY_KINDS } from "./proxy-kind.ts";
import type { Labels, Meta } from "./resource.ts";
import { LABEL } from "./tag.ts";
import { tagField } from "./tag-rule.ts";
import type { Violation } from "./violation.ts";

const PART = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PART_REASON =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_REASON =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** Violations of the labels that a user wrote: Kubernetes' qualified names, and no label that contradicts the resource. */
export function labelViolations(labels: Labels, mesh: string): readonly Violation[] {
  const found: Violation[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const field = `labels${tagField(key)}`;
    for (const reason of keyReasons(key)) found.push({ field, reason });
    if (value.length > 63) found.push({ field, reason: "must be no more than 63 bytes" });
    else if (value !== "" && !PART.test(value)) found.push({ field, reason: VALUE_REASON });
  }
  const labelled = labels[LABEL.mesh];
  if (labelled !== undefined && mesh !== "" && labelled !== mesh) {
    const reason = `${LABEL.mesh} label must not differ from mesh set on resource`;
    found.push({ field: `labels${tagField(LABEL.mesh)}`, reason });
  }
  const origin = labels[LABEL.origin];
  if (origin !== undefined && origin !== "global" && origin !== "zone") {
    found.push({
      field: `labels${tagField(LABEL.origin)}`,
      reason: "the origin label must be set to 'global' or 'zone'",
    });
  }
  return found;
}

function keyReasons(key: string): readonly string[] {
  const parts = key.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2) {
    return [
      `a valid label key ${PART_REASON} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = second ?? first;
  const found: string[] = [];
  if (second !== undefined) {
    const wrong = subdomainReason(first);
    if (first === "") found.push("prefix part must be non-empty");
    else if (first.length > 253) found.push("prefix part must be no more than 253 bytes");
    else if (wrong !== null) found.push(`prefix part ${wrong}`);
  }
  if (name === "") found.push("name part must be non-empty");
  else if (name.length > 63) found.push("name part must be no more than 63 bytes");
  if (name.length <= 63 && !PART.test(name)) found.push(`name part ${PART_REASON}`);
  return found;
}

/** Kinds that carry no computed labels, as in Kuma. */
const PLAIN = new Set(["Mesh", "Secret", "GlobalSecret"]);

/**
 * The labels of a resource as they are stored: the user's, with Weft's own written over them, sorted by key.
 * `zone` is the zone that made the resource (a dataplane's own); absent = written centrally, so of origin `global`.
 */
export function computedLabels(
  resource: Pick<Meta, "type" | "mesh" | "labels"> & { readonly spec: unknown },
  zone?: string,
): Labels {
  const labels: Record<string, string> = { ...resource.labels };
  if (!PLAIN.has(resource.type)) {
    delete labels[LABEL.zone];
    if (resource.mesh !== "") labels[LABEL.mesh] = resource.mesh;
    labels[LABEL.origin] = zone === undefined ? "global" : "zone";
    if (zone !== undefined) labels[LABEL.zone] = zone;
    labels[LABEL.environment] ??= "universal";
    const role = kindOfType(resource.type)?.policy !== undefined ? policyRole(resource.spec, resource.labels) : null;
    if (typeof role === "string") labels[LABEL.policyRole] = role;
    // A role that somebody only says would let a zone's policy speak to all zones.
    else delete labels[LABEL.policyRole];
    if (resource.type === "Dataplane") Object.assign(labels, proxyLabels(resource.spec as DataplaneSpec));
    if (isZoneProxyKind(resource.type)) labels[LABEL.proxyType] = PROXY_KINDS[resource.type].label;
  }
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** The zone that the resource was made in; null for what was written centrally, and for kinds whose labels are their user's alone. */
export function madeIn({ type, labels }: Pick<Meta, "type" | "labels">): string | null {
  return PLAIN.has(type) ? null : (labels[LABEL.zone] ?? null);
}

/** The one zone in which the resource holds; null where others may: a producer's policy speaks to callers wherever they are. */
export function holdsIn(resource: Pick<Meta, "type" | "labels">): string | null {
  return resource.labels[LABEL.policyRole] === "producer" ? null : madeIn(resource);
}

function proxyLabels({ networking }: DataplaneSpec): Labels {
  const listeners = new Set(networking?.listeners?.map(({ type }) => type));
  return {
    [LABEL.proxyType]: networking?.gateway?.type === "BUILTIN" ? "gateway" : "sidecar",
    ...(listeners.has("ZoneIngress") && { "kuma.io/listener-zoneingress": "enabled" }),
    ...(listeners.has("ZoneEgress") && { "kuma.io/listener-zoneegress": "enabled" }),
  };
}

/** Violations of a change of labels that are the resource's for good: its origin and its zone. */
export function labelUpdateViolations(before: Labels, after: Labels): readonly Violation[] {
  const found: Violation[] = [];
  for (const key of [LABEL.origin, LABEL.zone]) {
    const [old, now] = [before[key], after[key]];
    if (old === now || old === undefined) continue;
    const change =
      now === undefined
        ? `removed (was ${JSON.stringify(old)})`
        : `changed from ${JSON.stringify(old)} to ${JSON.stringify(now)}`;
    found.push({ field: `labels${tagField(key)}`, reason: `is immutable, cannot be ${change}` });
  }
  return found;
}
