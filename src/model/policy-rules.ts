// What holds for every targetRef policy: the kinds it may point at, and which of to, from and rules may stand together.
import { type TargetKind, type TargetRef, targetRefViolations } from "./target-ref.ts";
import { under, type Violation } from "./violation.ts";

/** What a policy allows; one such row each (reference 2.1). */
export interface PolicyGrammar {
  readonly top: readonly TargetKind[];
  readonly to?: readonly TargetKind[];
  readonly from?: readonly TargetKind[];
  readonly rules?: boolean;
  /** Whether a top-level MeshGateway may have tags. */
  readonly gatewayTags?: boolean;
}

/** The parts of any policy that this file looks at. */
export interface PolicyLists {
  readonly targetRef?: TargetRef;
  readonly to?: readonly { readonly targetRef: TargetRef }[];
  readonly from?: readonly { readonly targetRef: TargetRef }[];
  readonly rules?: readonly unknown[];
}

/** Violations of the top-level targetRef, below the spec. */
export function topViolations(spec: PolicyLists, grammar: PolicyGrammar): Violation[] {
  if (spec.targetRef === undefined) return [];
  const inbound = (spec.rules?.length ?? 0) > 0 || (spec.from?.length ?? 0) > 0;
  return under(
    "targetRef",
    targetRefViolations(spec.targetRef, {
      kinds: grammar.top,
      inbound,
      gatewayTags: grammar.gatewayTags === true,
    }),
  );
}

/** Violations of the lists that stand together though they must not, or of none being there. */
export function listViolations(spec: PolicyLists, grammar: PolicyGrammar): Violation[] {
  const names = (["from", "to"] as const).filter((list) => grammar[list] !== undefined);
  const present = names.filter((list) => (spec[list]?.length ?? 0) > 0);
  if ((spec.rules?.length ?? 0) > 0) {
    if (present.length === 0) return [];
    const reason =
      names.length === 2
        ? "fields 'to' and 'from' must be empty when 'rules' is defined"
        : `field '${names[0]}' must be empty when 'rules' is defined`;
    return [{ field: "", reason }];
  }
  if (present.length > 0) return [];
  const told = [...names, ...(grammar.rules ? ["rules"] : [])].map((list) => `'${list}'`);
  const last = told.pop();
  const reason =
    told.length > 0 ? `at least one of ${told.join(", ")} or ${last} has to be defined` : `${last} has to be defined`;
  return [{ field: "", reason }];
}

/** Violations of the items' targetRefs and of what each item says. */
export function itemViolations<Item extends { readonly targetRef: TargetRef }>(
  list: "to" | "from",
  items: readonly Item[] = [],
  kinds: readonly TargetKind[],
  confViolations: (item: Item) => readonly Violation[],
): Violation[] {
  return items.flatMap((item, index) =>
    under(`${list}[${index}]`, [
      ...under("targetRef", targetRefViolations(item.targetRef, { kinds })),
      ...confViolations(item),
    ]),
  );
}

/** Kinds that are deprecated at the top level, and what Kuma says to use instead. */
const OLD_TOP: Partial<Record<TargetKind, string>> = {
  MeshSubset: "Dataplane with labels",
  MeshService: "Dataplane with labels",
  MeshServiceSubset: "Dataplane with labels",
};

/** Warnings for a deprecated top-level kind. */
export function topWarnings({ targetRef }: PolicyLists): string[] {
  const instead = targetRef === undefined ? undefined : OLD_TOP[targetRef.kind];
  return instead === undefined
    ? []
    : [`${targetRef?.kind} value for 'targetRef.kind' is deprecated, use ${instead} instead`];
}

/** Why `from` may not stand where gateways are meant too: they have no inbounds. */
export const GATEWAY_SCOPE =
  "must not be defined when the scope includes a Gateway, select only proxyType Sidecar or select only gateways and use spec.to";

/** Whether a top-level targetRef may select gateways; absent = the whole mesh. */
export function includesGateways(targetRef: TargetRef = { kind: "Mesh" }): boolean {
  const { kind, proxyTypes = [] } = targetRef;
  if (kind === "MeshGateway" || kind === "MeshHTTPRoute") return true;
  return (kind === "Mesh" || kind === "MeshSubset") && (proxyTypes.length === 0 || proxyTypes.includes("Gateway"));
}
