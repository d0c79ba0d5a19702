// The header in which a client's proxy says its tags, for hops without mesh TLS, and conditions over it.
import type { HeaderValueOptionJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { HeaderMatcherJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { TagMatcher } from "#match/matched.ts";
import { TAGS_HEADER } from "#model/tag.ts";
import { escapeRegex } from "./regex.ts";

/** What a client's proxy adds to its requests; an application's own header of that name is replaced. */
export function tagsHeader(value: string): HeaderValueOptionJson {
  return { header: { key: TAGS_HEADER, value }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" };
}

/** One condition for each tag; a tag's values stand between `=` and `&`, with commas between them. */
export function tagsHeaders(matchers: readonly TagMatcher[]): HeaderMatcherJson[] {
  return matchers.map(({ key, value, not }) => {
    const tag = `.*&${escapeRegex(key)}=(?:[^&]*,)?${escapeRegex(value)}(?:,[^&]*)?&.*`;
    return {
      name: TAGS_HEADER,
      stringMatch: { safeRegex: { regex: tag } },
      // A client without the header has none of the tags.
      ...(not && { invertMatch: true, treatMissingHeaderAsEmpty: true }),
    };
  });
}
