// The wire form of resources: what REST bodies, YAML files and the zone protocol hold, read and written.

import { freeze } from "./freeze.ts";
import { isJsonObject } from "./json.ts";
import { judgeOf } from "./judges.ts";
import type { Kind } from "./kind.ts";
import { kindOfType } from "./kinds.ts";
import { kriOf } from "./kri-of.ts";
import { labelViolations } from "./label.ts";
import { nameViolations, nameWarnings } from "./name.ts";
import { roleViolations } from "./policy-role.ts";
import type { Labels, Resource } from "./resource.ts";
import { shapeViolations } from "./shape-violation.ts";
import { MOST_VIOLATIONS, soundJson } from "./sound-json.ts";
import { under, type Violation } from "./violation.ts";
import { violationsWhatever } from "./whatever-stood.ts";

/** Members that every body may have beside its spec; what Weft computes is ignored when it is sent back. */
const ENVELOPE = ["type", "mesh", "name", "creationTime", "modificationTime", "labels", "kri", "snis", "status"];

/** Where a body was sent to: the name and mesh of the URL (mesh empty for kinds of global scope). */
export interface WireTarget {
  readonly mesh: string;
  readonly name: string;
}

export type Read<Spec = unknown> =
  | { readonly resource: Resource<Spec>; readonly violations?: undefined }
  | { readonly violations: readonly Violation[]; readonly resource?: undefined };

/**
 * Reads a body of a known kind: every violation that can be told at once, or the frozen resource. Nothing is thrown.
 * Labels are the user's own (see `computedLabels`); times are empty. A missing `mesh` is taken from the URL.
 */
export function fromWire<Spec>(kind: Kind<Spec>, json: unknown, target: WireTarget): Read<Spec> {
  const sound = soundJson(json);
  if ("violations" in sound) return { violations: sound.violations };
  const body = sound.value;
  if (!isJsonObject(body)) return { violations: [{ field: "", reason: "body must be a JSON object" }] };

  const violations = [...identityViolations(kind, body, target), ...nameViolations(kind, target.name)];
  const labels = readLabels(body.labels, violations);
  violations.push(...labelViolations(labels, target.mesh));

  const rest = Object.fromEntries(Object.entries(body).filter(([key]) => !ENVELOPE.includes(key)));
  const parent = kind.envelope === "spec" ? "spec" : "";
  if (kind.envelope === "spec") {
    for (const key of Object.keys(rest)) {
      if (key !== "spec")
        violations.push({ field: key, reason: "unknown field; the fields of this type stand below spec" });
    }
    if (rest.spec === undefined) violations.push({ field: "spec", reason: "in body is required" });
  }
  const said = kind.envelope === "spec" ? rest.spec : rest;
  if (said === undefined) return { violations: told(violations) };
  const { mesh, name } = target;
  const times = { creationTime: "", modificationTime: "" };
  const resourceOf = (spec: Spec): Resource<Spec> => ({ type: kind.type, mesh, name, labels, ...times, spec });
  const judge = judgeOf<Spec>(kind);
  const complete = (spec: Spec): Spec => judge.complete?.(spec) ?? spec;
  // What was written is judged, not what was filled in: a default is no mistake of the writer's.
  const judged = (spec: Spec): readonly Violation[] => [
    ...judge.validate(resourceOf(spec), { kindOf: kindOfType }),
    ...(kind.policy === undefined ? [] : roleViolations(complete(spec), labels)),
  ];
  const parsed = judge.shape.safeParse(said);
  const found = parsed.success
    ? judged(parsed.data)
    : [
        ...shapeViolations(parsed.error.issues, said),
        // Of Kuma's flat kinds the shape alone is told, as Kuma does.
        ...(kind.envelope === "spec" ? violationsWhatever(judge.shape, said, parsed.error.issues, judged) : []),
      ];
  violations.push(...below(parent, found));
  if (!parsed.success || violations.length > 0) return { violations: told(violations) };
  return { resource: freeze(resourceOf(complete(parsed.data))) };
}

/** Nobody reads a thousand violations; the first hundred say what is wrong. */
function told(violations: readonly Violation[]): readonly Violation[] {
  if (violations.length <= MOST_VIOLATIONS) return violations;
  const reason = `and ${violations.length - MOST_VIOLATIONS} more violations`;
  return [...violations.slice(0, MOST_VIOLATIONS), { field: "", reason }];
}

/** What a write of this resource should be told although it is accepted. */
export function warningsOf(resource: Resource): readonly string[] {
  const kind = kindOfType(resource.type);
  if (kind === undefined) return [];
  return [...nameWarnings(kind, resource.name), ...(judgeOf(kind).warn?.(resource) ?? [])];
}

function below(parent: string, violations: readonly Violation[]): readonly Violation[] {
  return parent === "" ? violations : under(parent, violations);
}

function identityViolations(kind: Pick<Kind, "type" | "scope">, body: Body, target: WireTarget): Violation[] {
  const found: Violation[] = [];
  const differs = (field: "name" | "type" | "mesh", wanted: string): void => {
    if (body[field] === wanted) return;
    found.push({ field, reason: `${field} from the URL has to be the same as in body` });
  };
  differs("name", target.name);
  differs("type", kind.type);
  if (kind.scope === "Mesh" && body.mesh !== undefined) differs("mesh", target.mesh);
  if (kind.scope === "Global" && body.mesh !== undefined && body.mesh !== "") {
    found.push({ field: "mesh", reason: `must not be set: ${kind.type} belongs to no mesh` });
  }
  return found;
}

function readLabels(said: unknown, violations: Violation[]): Labels {
  if (said === undefined) return {};
  if (!isJsonObject(said)) {
    violations.push({
      field: "labels",
      reason: `in body must be of type object: "${Array.isArray(said) ? "array" : typeof said}"`,
    });
    return {};
  }
  const labels: Record<string, string> = {};
  for (const key of Object.keys(said).sort()) {
    const value = said[key];
    if (typeof value === "string") labels[key] = value;
    else {
      const reason = `in body must be of type string: "${typeof value}"`;
      violations.push({ field: `labels[${JSON.stringify(key)}]`, reason });
    }
  }
  return labels;
}

type Body = Readonly<Record<string, unknown>>;

/** The resource as answers show it, its members in Kuma's order. TypeError where its type is not in the table of kinds. */
export function toWire(resource: Resource, { kri = true }: { readonly kri?: boolean } = {}): Record<string, unknown> {
  const kind = kindOfType(resource.type);
  if (kind === undefined) throw new TypeError(`No kind is named ${resource.type}`);
  const { type, mesh, name, creationTime, modificationTime, labels, spec, status } = kind.shown?.(resource) ?? resource;
  const id = kri ? kriOf(resource) : "";
  return {
    type,
    ...(kind.scope === "Mesh" && { mesh }),
    name,
    ...(creationTime !== "" && { creationTime }),
    ...(modificationTime !== "" && { modificationTime }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(id !== "" && { kri: id }),
    ...kind.beside?.(resource),
    ...(kind.envelope === "spec" ? { spec } : (spec as Body)),
    ...(status !== undefined && { status }),
  };
}
