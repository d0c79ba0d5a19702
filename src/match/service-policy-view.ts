// Which policies hold toward a real resource that a dataplane lists no outbound for, as its rules say: for reading.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { formatKri, type Kri } from "#model/kri.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Meta, Resource } from "#model/resource.ts";
import { type RulesOfType, rulesOf } from "./rule-view.ts";
import type { ViewIndex } from "./view-index.ts";

/** The rule of one type that holds toward a resource. */
export interface ResourceRuleView {
  readonly type: string;
  readonly conf: readonly unknown[];
  /** KRIs of those that had a say, each once. */
  readonly origins: readonly string[];
}

interface Rule {
  readonly conf: readonly unknown[];
  readonly origin: readonly { readonly resourceMeta: Meta }[];
  readonly resourceMeta: Meta;
  readonly resourceSectionName: string;
}

/** Kuma's order: the rule for a target, nearest first, or for the whole of it, else for the mesh; types without one are absent. */
export function rulesToward(
  index: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
  ...targets: readonly Kri[]
): readonly ResourceRuleView[] {
  const asked = targets.flatMap((target) => [target, { ...target, section: "" }]).map(formatKri);
  return rulesOf(index, dataplane).flatMap(({ type, toResourceRules }: RulesOfType) => {
    const rules = toResourceRules as unknown as readonly Rule[];
    const named = (kri: string): Rule | undefined =>
      rules.find(({ resourceMeta, resourceSectionName }) => kriOf(resourceMeta, resourceSectionName) === kri);
    const found =
      asked.map(named).find((rule) => rule !== undefined) ??
      rules.find(({ resourceMeta }) => resourceMeta.type === "Mesh");
    if (found === undefined) return [];
    const origins = new Set(found.origin.map(({ resourceMeta }) => kriOf(resourceMeta)));
    return [{ type, conf: found.conf, origins: [...origins] }];
  });
}
