// A namespace's policies name its own resources: what they refer to by name, in `to` and in backendRefs, is looked for there.
import { legacyTagsOf, type RouteBackendRef } from "#model/backend-ref.ts";
import { policyRole } from "#model/policy-role.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { PolicySpec } from "./indexed-policy.ts";

type Item = NonNullable<PolicySpec["to"]>[number];

/** What a route's rule says that refers to something. */
interface Said {
  readonly backendRefs?: readonly RouteBackendRef[];
  readonly filters?: readonly { readonly requestMirror?: { readonly backendRef?: RouteBackendRef } }[];
}

type Routing = Item & { readonly rules?: readonly { readonly default?: Said }[] };

/**
 * The policy with its namespace in each reference by name that has none; the same object where nothing is different. Those of
 * the mesh's operator, and of no namespace, mean any. Labels find resources wherever they are, as in Kuma.
 */
export function inOwnNamespace(resource: Resource<PolicySpec>): Resource<PolicySpec> {
  const { spec, labels } = resource;
  const namespace = labels[LABEL.namespace];
  const role = policyRole(spec, labels);
  if (!namespace || spec.to === undefined || role === null || role === "system") return resource;
  return { ...resource, spec: { ...spec, to: spec.to.map((item) => itemIn(item, namespace)) } };
}

function itemIn(item: Routing, namespace: string): Routing {
  const { targetRef, rules } = item;
  return {
    ...item,
    targetRef: refIn(targetRef, namespace),
    ...(rules !== undefined && {
      rules: rules.map((rule) =>
        rule.default === undefined ? rule : { ...rule, default: saidIn(rule.default, namespace) },
      ),
    }),
  };
}

function saidIn(said: Said, namespace: string): Said {
  const { backendRefs, filters } = said;
  return {
    ...said,
    ...(backendRefs !== undefined && { backendRefs: backendRefs.map((ref) => backendIn(ref, namespace)) }),
    ...(filters !== undefined && {
      filters: filters.map((filter) => {
        const ref = filter.requestMirror?.backendRef;
        if (ref === undefined) return filter;
        return { ...filter, requestMirror: { ...filter.requestMirror, backendRef: backendIn(ref, namespace) } };
      }),
    }),
  };
}

/** A service's tag is no resource, and in no namespace. */
function backendIn(ref: RouteBackendRef, namespace: string): RouteBackendRef {
  return legacyTagsOf(ref) === null ? refIn(ref, namespace) : ref;
}

function refIn<Ref extends TargetRef>(ref: Ref, namespace: string): Ref {
  return !ref.name || ref.namespace || ref.kind === "Mesh" ? ref : { ...ref, namespace };
}
