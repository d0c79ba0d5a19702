// Generation from matched proxies: names that must not collide, mistakes that must not spread, and why a field has its value.
import { describe, expect, test } from "vitest";
import { canonical } from "#model/canonical.ts";
import { fill, holesOf, type Template } from "#snapshot/template.ts";
import { destinationBindings, generateCluster, isPlainService, routeConfigOf } from "#xds/destination.ts";
import { explain, inboundFaults, policyFaults } from "#xds/explain.ts";
import { generateInbound, inboundTraits, proxyBindings } from "#xds/inbound.ts";
import { generateOutbound } from "#xds/outbound.ts";
import { bundleTemplate } from "#xds/secret.ts";
import { bindings, destination, inbound, inboundPolicy, origin, outbound, proxy, timeout } from "./matched.ts";

function filledInbounds(given: ReturnType<typeof proxy>) {
  const traits = inboundTraits(given);
  const own = proxyBindings(given);
  return given.inbounds.map((one, at) => {
    const { listener, cluster, route } = generateInbound(given.mesh, one, traits[at]!);
    const named = (template: Template | null) => (template === null ? null : fill(template, own));
    return { listener: named(listener)!, cluster: named(cluster)!, route: named(route) };
  });
}

describe("an inbound", () => {
  test("has Kuma's names", () => {
    const [one] = filledInbounds(
      proxy({ inbounds: [inbound(0)], bindings: bindings(0, 8080, "web", { "0.servicePort": 18080 }) }),
    );
    expect(one?.listener.name).toBe("inbound:10.0.0.1:8080");
    expect(one?.cluster.name).toBe("localhost:18080");
    expect(one?.route?.name).toBe("inbound:web");
    expect(one?.cluster.body).toMatchObject({ altStatName: "localhost_18080" });
  });

  test("on IPv6 stands in brackets, and its RBAC counts under a clean name", () => {
    const given = proxy({
      inbounds: [inbound(0, { protocol: "tcp", tls: "STRICT" })],
      bindings: bindings(0, 80, "web", { "0.address": "fd00::1" }),
    });
    const [one] = filledInbounds(given);
    expect(one?.listener.name).toBe("inbound:[fd00::1]:80");
    expect(JSON.stringify(one?.listener.body)).toContain('"statPrefix":"inbound__fd00__1__80."');
  });

  test("without a service tag is named by its listener", () => {
    const { "0.service": _, ...untagged } = bindings(0, 80, "");
    const [one] = filledInbounds(proxy({ inbounds: [inbound(0)], bindings: untagged }));
    expect(one?.route?.name).toBe("inbound:10.0.0.1:80");
  });

  test("keeps its own cluster and routes beside a twin", () => {
    const given = proxy({
      inbounds: [inbound(0), inbound(1)],
      bindings: {
        ...bindings(0, 80, "web"),
        ...bindings(1, 81, "web", { "1.servicePort": 80, "1.serviceAddress": "10.9.9.9" }),
      },
    });
    const [, twin] = filledInbounds(given);
    expect(twin?.cluster.name).toBe("localhost:80:81");
    expect(twin?.route?.name).toBe("inbound:web:81");
    expect(JSON.stringify(twin?.route?.body)).toContain('"cluster":"localhost:80:81"');
  });

  test("on a taken address and port is told apart", () => {
    const given = {
      inbounds: [inbound(0), inbound(1)],
      bindings: { ...bindings(0, 80, "web"), ...bindings(1, 80, "api") },
    };
    expect(inboundTraits(given).map(({ listenerTaken }) => listenerTaken)).toEqual([false, true]);
  });

  test("has holes for its own values only", () => {
    const { listener, cluster, route } = generateInbound(
      "default",
      inbound(3),
      inboundTraits({ inbounds: [inbound(3)], bindings: bindings(3, 1, "a") })[0]!,
    );
    const holes = [listener, cluster, route].flatMap((template) => (template === null ? [] : holesOf(template)));
    expect(new Set(holes)).toEqual(
      new Set(["3.address", "3.port", "3.serviceAddress", "3.servicePort", "3.service", "3.tags"]),
    );
  });
});

describe("an outbound", () => {
  test("to a plain service and to its general form fills to the same resources", () => {
    const tls = { sni: "api{mesh=default}", identities: ["spiffe://default/api"] };
    const plain = outbound("api", 80, { destination: destination("api", { tls }) });
    expect(isPlainService("default", plain.destination)).toBe(true);
    // A second identity makes it general; the bodies must differ in nothing else.
    const general = outbound("api", 80, {
      destination: destination("api", { tls: { ...tls, identities: [...tls.identities, "spiffe://default/x"] } }),
    });
    const filled = [plain, general].map((one) => {
      const made = generateOutbound("default", one);
      const values = { ...destinationBindings("default", one.destination), address: one.address, port: one.port };
      const { cluster } = generateCluster("default", one.destination, one.policies);
      return [made.listener!, cluster!, made.route!].map((template) => fill(template, values).body);
    });
    const second = ',{"matcher":{"exact":"spiffe://default/x"},"sanType":"URI"}';
    expect(canonical(filled[1]!).replace(second, "")).toBe(canonical(filled[0]!));
  });

  test("to a subset has routes of its own", () => {
    expect(routeConfigOf(destination("api"))).toBe("outbound:api");
    expect(routeConfigOf(destination("api", { cluster: "api-0011" }))).toBe("outbound:api-0011");
  });

  test("to gRPC leaves the pool's idle time to Envoy", () => {
    const conf = { idleTimeout: "1m" };
    const made = (protocol: "grpc" | "http") =>
      JSON.stringify(generateCluster("default", destination("a", { protocol }), timeout(conf)).cluster?.body);
    expect(made("http")).toContain('"idleTimeout":"60s"');
    expect(made("grpc")).not.toContain("idleTimeout");
  });
});

describe("a value that Envoy could not take", () => {
  test("is left out with a complaint, and the rest of the conf holds", () => {
    const one = outbound("api", 80, {
      policies: timeout(
        { connectionTimeout: "soon", http: { requestTimeout: "3s" } },
        { "/connectionTimeout": [origin("bad", "to", 2), origin("beaten")], "/http/requestTimeout": [origin("good")] },
      ),
    });
    const made = generateOutbound("default", one);
    const upstream = generateCluster("default", one.destination, one.policies);
    expect(upstream.cluster?.body).toMatchObject({ connectTimeout: "5s" });
    expect(JSON.stringify(made.route?.body)).toContain('"timeout":"3s"');
    expect(policyFaults(one, upstream)).toEqual([
      {
        kri: origin("bad").kri,
        field: "spec.to[2].default.connectionTimeout",
        reason: '"soon" is no duration of zero or more; the default holds instead',
      },
    ]);
  });

  test("in a permission closes the inbound, says so, and stops nothing else", () => {
    const broken = { conf: { deny: 5 }, origins: { "/deny": [origin("bad", "rules")] } };
    const one = inbound(0, { tls: "STRICT", policies: inboundPolicy("MeshTrafficPermission", { rules: [broken] }) });
    const made = generateInbound("default", one, inboundTraits({ inbounds: [one], bindings: bindings(0, 1, "a") })[0]!);
    expect(JSON.stringify(made.listener?.body)).toContain(
      '{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","rules":{}}}',
    );
    expect(inboundFaults(one, made).map(({ kri, field }) => [kri, field])).toEqual([
      [origin("bad").kri, "spec.rules[0].default.deny"],
    ]);
  });

  test("an unknown action lets nobody in", () => {
    const subset = { matchers: [], conf: { action: "Perhaps" }, origins: { "/action": [origin("bad", "from")] } };
    const one = inbound(0, { tls: "STRICT", policies: inboundPolicy("MeshTrafficPermission", { subsets: [subset] }) });
    const made = generateInbound("default", one, inboundTraits({ inbounds: [one], bindings: bindings(0, 1, "a") })[0]!);
    expect(JSON.stringify(made.listener?.body)).toContain('"rules":{}');
    expect(inboundFaults(one, made)[0]?.field).toBe("spec.from[0].default.action");
  });
});

describe("explain", () => {
  const given = proxy({
    inbounds: [
      inbound(0, {
        tls: "STRICT",
        policies: {
          ...inboundPolicy("MeshTimeout", {
            rules: [
              {
                conf: { http: { requestTimeout: "7s" } },
                origins: { "/http/requestTimeout": [origin("in", "rules", 1)] },
              },
            ],
          }),
          ...inboundPolicy("MeshTrafficPermission", {
            subsets: [
              {
                matchers: [{ key: "kuma.io/service", value: "web", not: false }],
                conf: { action: "Allow" },
                origins: { "/action": [origin("allow", "from")] },
              },
            ],
          }),
        },
      }),
    ],
    bindings: bindings(0, 8080, "api"),
    outbounds: [
      outbound("db", 5432, {
        policies: timeout({ connectionTimeout: "2s" }, { "/connectionTimeout": [origin("near"), origin("far")] }),
      }),
    ],
  });
  const fields = explain(given);
  const at = (name: string, field: string) => fields.find((one) => one.resource.name === name && one.field === field);

  test("names the rule that set an outbound's value, then those that it beat", () => {
    expect(at("db", "/connectTimeout")).toEqual({
      resource: { kind: "cluster", name: "db" },
      field: "/connectTimeout",
      value: "2s",
      origins: [origin("near"), origin("far")],
    });
  });

  test("points into routes and filters of inbounds, filled", () => {
    expect(at("inbound:api", "/virtualHosts/0/routes/0/route/timeout")).toMatchObject({
      value: "7s",
      origins: [origin("in", "rules", 1)],
    });
    const principal =
      "/filterChains/0/filters/0/typedConfig/httpFilters/0/typedConfig/rules/policies/MeshTrafficPermission/principals/0";
    expect(at("inbound:10.0.0.1:8080", principal)).toMatchObject({
      value: { authenticated: { principalName: { exact: "spiffe://default/web" } } },
      origins: [origin("allow", "from")],
    });
  });

  test("says nothing of defaults in code", () => {
    expect(fields.every(({ origins }) => origins.length > 0)).toBe(true);
    expect(at("db", "/typedExtensionProtocolOptions")).toBeUndefined();
  });
});

describe("the trust bundle", () => {
  test("is one secret with every certificate, and none without certificates", () => {
    expect(bundleTemplate("default", [])).toBeNull();
    expect(bundleTemplate("default", ["A", "B\n"])?.body).toEqual({
      name: "mesh_ca:secret:default",
      validationContext: { trustedCa: { inlineString: "A\nB\n" } },
    });
  });
});
