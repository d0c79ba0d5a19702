// The server name that a client asked for in its TLS handshake, as a header, for what can look at headers alone.
import type { HeaderMatcherJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { typed } from "#envoy/typed.ts";
import { SERVER_NAME_HEADER } from "#model/rule-match.ts";
import type { InboundParts } from "./policy.ts";
import type { Tracer } from "./trace.ts";

const NAME = "envoy.http.early_header_mutation.header_mutation";

/**
 * Every request of the inbound comes with the header before anything reads it, and none leaves with it. A client's own is
 * replaced: by `-` where no name was asked for.
 */
export function tellServerName({ chains, routes, inspect }: InboundParts, tracer: Tracer): void {
  // Only the inspector tells the name to what comes after the handshake.
  inspect.tls = true;
  for (const { http } of chains) {
    if (http === null || http.earlyHeaderMutationExtensions?.some(({ name }) => name === NAME)) continue;
    const typedConfig = typed("envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation", {
      mutations: [
        {
          append: {
            header: { key: SERVER_NAME_HEADER, value: "%REQUESTED_SERVER_NAME%" },
            appendAction: "OVERWRITE_IF_EXISTS_OR_ADD",
          },
        },
      ],
    });
    const others = http.earlyHeaderMutationExtensions ?? [];
    tracer.set(http, "earlyHeaderMutationExtensions", [...others, { name: NAME, typedConfig }]);
  }
  const removed = routes?.requestHeadersToRemove ?? [];
  if (routes === null || removed.includes(SERVER_NAME_HEADER)) return;
  tracer.set(routes, "requestHeadersToRemove", [...removed, SERVER_NAME_HEADER]);
}

/** The condition over a request's headers that its client asked for this name. */
export function serverNameHeader(name: string): HeaderMatcherJson {
  return { name: SERVER_NAME_HEADER, stringMatch: { exact: name } };
}
