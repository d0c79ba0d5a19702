// Envoy's resources read from text, judged by schema and rules, and merged where Kuma merges otherwise than protobuf.
import { describe, expect, it } from "vitest";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import { HoleInTheWay } from "#envoy/native.ts";
import { asNotation, hole, template } from "#snapshot/template.ts";

const native = nativeEnvoy();
const CLUSTER = "envoy.config.cluster.v3.Cluster";
const LISTENER = "envoy.config.listener.v3.Listener";
const FILTER = "envoy.config.listener.v3.Filter";
const HOST = "envoy.config.route.v3.VirtualHost";
const OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

describe("reading", () => {
  it("takes YAML and JSON, and both names of a field", () => {
    const wanted = { value: { name: "x", connectTimeout: "2s" } };
    expect(native.read(CLUSTER, "name: x\nconnect_timeout: 2s")).toEqual(wanted);
    expect(native.read(CLUSTER, '{"name": "x", "connectTimeout": "2s"}')).toEqual(wanted);
  });

  it.each([
    ["what is no YAML", "a: ["],
    ["a list", "- a"],
    ["a text", "just words"],
    ["an unknown field", "foo: 1"],
    ["a duration without a unit", "connectTimeout: 5"],
    ["an unknown enum value", "lbPolicy: FOO"],
    ["an unknown type", "transportSocket: { name: x, typedConfig: { '@type': type.googleapis.com/foo.Bar } }"],
    [
      "a bomb of aliases",
      `a: &a [x]\n${"bcdefgh"
        .split("")
        .map((key, at) => `${key}: &${key} [${`*${"abcdefgh"[at]}, `.repeat(9)}]`)
        .join("\n")}`,
    ],
  ])("refuses %s", (_, text) => {
    expect(native.read(CLUSTER, text)).toEqual({ reason: expect.stringMatching(/./) });
  });
});

describe("rules", () => {
  it.each([
    [CLUSTER, {}, "invalid Cluster.Name: value length must be at least 1 runes"],
    [CLUSTER, { name: "x", connectTimeout: "0s" }, "invalid Cluster.ConnectTimeout: value must be greater than 0s"],
    [CLUSTER, { name: "x", connectTimeout: "1s" }, null],
    [HOST, { name: "x" }, "invalid VirtualHost.Domains: value must contain at least 1 item(s)"],
    [
      LISTENER,
      { name: "x", address: { socketAddress: { address: "1.2.3.4", portValue: 70000 } } },
      "invalid Listener.Address: embedded message failed validation | caused by: invalid Address.SocketAddress: embedded message failed validation | caused by: invalid SocketAddress.PortValue: value must be less than or equal to 65535",
    ],
    [
      FILTER,
      {
        name: "x",
        typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy" },
      },
      "invalid Filter.TypedConfig: embedded message failed validation | caused by: invalid TcpProxy.StatPrefix: value length must be at least 1 runes",
    ],
  ])("%s %j", (message, json, wanted) => {
    expect(native.problem(message, json)).toBe(wanted);
  });
});

describe("merging", () => {
  it("replaces durations, merges an Any of the same type and replaces one of another", () => {
    const typed = (type: string, more: object) => ({
      transportSocket: { name: "tls", typedConfig: { "@type": `type.googleapis.com/${type}`, ...more } },
    });
    const tls = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    expect(
      native.merge(
        CLUSTER,
        { connectTimeout: "1.5s", ...typed(tls, { sni: "a" }) },
        { connectTimeout: "2s", ...typed(tls, { allowRenegotiation: true }) },
      ),
    ).toEqual({ connectTimeout: "2s", ...typed(tls, { sni: "a", allowRenegotiation: true }) });
    const raw = typed("envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer", {});
    expect(native.merge(CLUSTER, typed(tls, { sni: "a" }), raw)).toEqual(raw);
  });

  it("replaces the entries of maps, as Kuma does", () => {
    const options = (more: object) => ({
      typedExtensionProtocolOptions: { [OPTIONS]: { "@type": `type.googleapis.com/${OPTIONS}`, ...more } },
    });
    const patch = options({ commonHttpProtocolOptions: { maxStreamDuration: "1s" } });
    expect(native.merge(CLUSTER, options({ explicitHttpConfig: { http2ProtocolOptions: {} } }), patch)).toEqual(patch);
  });

  it("merges an Any by itself, as filters' configs are", () => {
    const any = (more: object) => ({ "@type": `type.googleapis.com/${OPTIONS}`, ...more });
    const patch = any({ commonHttpProtocolOptions: { maxStreamDuration: "1s" } });
    const both = native.merge("google.protobuf.Any", any({ explicitHttpConfig: { http2ProtocolOptions: {} } }), patch);
    expect(both).toEqual({ ...patch, explicitHttpConfig: { http2ProtocolOptions: {} } });
    expect(native.merge("google.protobuf.Any", { "@type": "type.googleapis.com/other" }, patch)).toEqual(patch);
  });

  it("leaves holes where they are, and says when one is in the way", () => {
    const { body } = template("cluster", {
      name: "x",
      altStatName: hole("service"),
      metadata: { filterMetadata: { own: hole("tags") } },
    } as never);
    expect(native.merge(CLUSTER, body as never, { connectTimeout: "1s" })).toEqual({
      ...(body as object),
      connectTimeout: "1s",
    });
    const closed = { name: "x", metadata: asNotation({}) } as never;
    expect(native.merge(CLUSTER, closed, { metadata: { filterMetadata: { a: {} } } })).toEqual({
      name: "x",
      metadata: { filterMetadata: { a: {} } },
    });
    const whole = template("cluster", { name: "x", metadata: hole("all") } as never).body as never;
    expect(() => native.merge(CLUSTER, whole, { metadata: { filterMetadata: { a: {} } } })).toThrow(HoleInTheWay);
  });
});
