// An answer: what a control plane says of each dataplane of a scenario, in one form for both.
import type { Json } from "#model/json.ts";

/** `cluster backend`, `listener inbound:10.0.0.1:9090`, `endpoints backend`. */
export type Resources = Readonly<Record<string, Json>>;

export interface ProxyAnswer {
  /** `rules` of `_rules`, by policy type. */
  readonly rules: Readonly<Record<string, Json>>;
  /** Null where the control plane fails to make one. */
  readonly config: Resources | null;
}

export interface Answer {
  /** What was not taken: the resource and why; then nothing else is asked. */
  readonly refused?: readonly string[];
  /** By dataplane. */
  readonly proxies: Readonly<Record<string, ProxyAnswer>>;
}

/** Rules by their type, without those of a type that say nothing. */
export function rulesByType(rules: readonly Json[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    (rules as readonly { readonly type: string }[]).map(({ type, ...said }) => [type, said as unknown as Json]),
  );
}

/** The answer as if its mesh were named `default`; no other text holds the names of the differential's meshes. */
export function asDefault(answer: ProxyAnswer, mesh: string): ProxyAnswer {
  return JSON.parse(JSON.stringify(answer).replaceAll(mesh, "default")) as ProxyAnswer;
}
