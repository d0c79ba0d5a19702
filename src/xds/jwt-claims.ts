// Where a verified token's claims stand for later filters, and conditions over them.

import type { StringMatcherJson } from "#envoy/generated/envoy/type/matcher/v3/string_pb.ts";
import type { ValueMatcherJson } from "#envoy/generated/envoy/type/matcher/v3/value_pb.ts";
import { typed } from "#envoy/typed.ts";
import { type ClaimMatch, claimPath } from "#model/request-match.ts";
import type { Input, Predicate } from "./client-predicate.ts";

/** The filter's metadata holds a token's payload under this key, whichever provider verified it. */
export const CLAIMS_KEY = "claims";

const NAMESPACE = "envoy.filters.http.jwt_authn";

/** A condition over one claim; of a list any element may meet it. A request without a verified token has no claims. */
export function claimPredicate({ type, name, value = "" }: ClaimMatch): Predicate {
  const path = [CLAIMS_KEY, ...(claimPath(name) ?? [name])].map((key) => ({ key }));
  const input: Input = {
    name: "envoy.matching.inputs.dynamic_metadata",
    typedConfig: typed("envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput", {
      filter: NAMESPACE,
      path,
    }),
  };
  const matching = (matcher: ValueMatcherJson): Predicate => ({
    singlePredicate: {
      input: { ...input },
      customMatch: {
        name: "envoy.matching.matchers.metadata_matcher",
        typedConfig: typed("envoy.extensions.matching.input_matchers.metadata.v3.Metadata", { value: matcher }),
      },
    },
  });
  if (type === "Present") return matching({ presentMatch: true });
  if (type === "Absent") return { notMatcher: matching({ presentMatch: true }) };
  return matching(anyOf(valuesOf(type, value)));
}

/** Texts, and for an exact value the number or truth value that is written so. */
function valuesOf(type: ClaimMatch["type"], value: string): ValueMatcherJson[] {
  if (type === "Prefix") return [{ stringMatch: { prefix: value } }];
  if (type === "RegularExpression") return [{ stringMatch: { safeRegex: { regex: value } } }];
  const text: StringMatcherJson = { exact: value };
  const found: ValueMatcherJson[] = [{ stringMatch: text }];
  if (value === "true" || value === "false") found.push({ boolMatch: value === "true" });
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(value) && value.length < 16)
    found.push({ doubleMatch: { exact: Number(value) } });
  return found;
}

function anyOf(values: readonly ValueMatcherJson[]): ValueMatcherJson {
  return { orMatch: { valueMatchers: [...values, ...values.map((value) => ({ listMatch: { oneOf: value } }))] } };
}
