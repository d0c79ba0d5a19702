// The bootstrap says where to send load reports only to proxies of a mesh that wants them: each costs its relay a stream.
import { expect, test } from "vitest";
import { bootstrapOf, readBootstrapRequest } from "#relay/rest/bootstrap.ts";

interface Bootstrap {
  readonly clusterManager?: { readonly loadStatsConfig: { readonly apiType: string; readonly grpcServices: unknown } };
  readonly dynamicResources: { readonly adsConfig: { readonly grpcServices: unknown } };
}

const made = (loads?: boolean): Bootstrap => {
  const request = readBootstrapRequest({ mesh: "default", name: "web-1", dataplaneToken: "token" })!;
  const place = { host: "127.0.0.1", port: 5678, certificate: { caPem: "" }, ...(loads !== undefined && { loads }) };
  return bootstrapOf(request, "web", place) as Bootstrap;
};

test("with the same token, to the same relays", () => {
  const { clusterManager, dynamicResources } = made(true);
  expect(clusterManager?.loadStatsConfig.apiType).toBe("GRPC");
  expect(clusterManager?.loadStatsConfig.grpcServices).toEqual(dynamicResources.adsConfig.grpcServices);
});

test.each([false, undefined])("and else is what it was (%j)", (loads) => {
  expect(made(loads)).not.toHaveProperty("clusterManager");
});
