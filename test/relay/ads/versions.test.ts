// Versions in a node: as stock kuma-dp has its bootstrap say them, as Weft's, and of an Envoy alone.
import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { NodeSchema } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import { DeltaDiscoveryRequestSchema } from "#envoy/generated/envoy/service/discovery/v3/discovery_pb.ts";
import { MOST_VERSION_TEXT } from "#model/proxy-version.ts";
import { type NodeAgent, versionsOf } from "#relay/ads/versions.ts";
import { readRequest } from "#relay/ads/wire.ts";

const SHA = "9e5580933739775e8bce696a57a2e1bc99368f23";
const BUILD = `${SHA}/1.40.0/Clean/RELEASE/BoringSSL`;
const agent = {
  userAgentName: "envoy",
  userAgentBuildVersion: {
    version: { majorNumber: 1, minorNumber: 40 },
    metadata: { "revision.sha": SHA, "ssl.version": "BoringSSL", "build.type": "RELEASE", "revision.status": "Clean" },
  },
} as const;
const stock = {
  version: {
    envoy: { build: BUILD, kumaDpCompatible: true, version: "1.40.0" },
    kumaDp: { gitTag: "2.14.0", gitCommit: "local", version: "2.14.0", buildDate: "local" },
    dependencies: { coredns: "1.11.1" },
  },
};

test("of a stock kuma-dp", () => {
  expect(versionsOf({ ...agent, metadata: stock })).toEqual({
    program: { name: "kuma-dp", version: "2.14.0", gitTag: "2.14.0", gitCommit: "local", buildDate: "local" },
    envoy: { version: "1.40.0", build: BUILD },
    dependencies: { coredns: "1.11.1" },
  });
});

test("of weft proxy run, which has an instance", () => {
  expect(versionsOf({ ...agent, metadata: { ...stock, "weft.instance": "abc" } })?.program.name).toBe("weft");
});

test("of an Envoy that nothing runs: its build is put together as it prints it", () => {
  expect(versionsOf(agent)).toEqual({
    program: { name: "", version: "", gitTag: "", gitCommit: "", buildDate: "" },
    envoy: { version: "1.40.0", build: BUILD },
    dependencies: {},
  });
});

test("what runs counts, and not what the bootstrap was asked for", () => {
  const { version: built, metadata } = agent.userAgentBuildVersion;
  const version = { ...built, patch: 3 };
  const userAgentBuildVersion = { version, metadata: { ...metadata, "build.label": "dev" } };
  expect(versionsOf({ ...agent, userAgentBuildVersion, metadata: stock })?.envoy).toEqual({
    version: "1.40.3-dev",
    build: BUILD.replace("1.40.0", "1.40.3-dev"),
  });
  expect(versionsOf({ userAgentName: "envoy", userAgentVersion: "1.9.0", metadata: stock })?.envoy).toEqual({
    version: "1.9.0",
    build: "",
  });
  // Another client of the protocol: the bootstrap alone speaks of an Envoy.
  expect(versionsOf({ ...agent, userAgentName: "grpc", metadata: stock })?.envoy.version).toBe("1.40.0");
});

test("one value for all that are alike; none where nothing is said; what is odd or long is cut", () => {
  const [one, other] = [versionsOf({ ...agent, metadata: stock }), versionsOf({ ...agent, metadata: { ...stock } })];
  expect(one).toBe(other);
  const nothing: readonly NodeAgent[] = [{}, { metadata: { version: "1" } }, { metadata: { version: { kumaDp: [] } } }];
  expect(nothing.map(versionsOf)).toEqual([undefined, undefined, undefined]);
  const odd = { kumaDp: { version: `2\u0000\ud800<${"x".repeat(500)}`, gitTag: 5 }, dependencies: { a: 1 } };
  const cut = versionsOf({ metadata: { version: odd as never } });
  expect(cut?.program.version).toBe(`2<${"x".repeat(MOST_VERSION_TEXT - 2)}`);
  expect([cut?.program.gitTag, cut?.dependencies]).toEqual(["", { a: "" }]);
});

test("a request's node says them", () => {
  const { metadata, ...plain } = { metadata: stock, ...agent };
  const node = create(NodeSchema, {
    id: "default.web-1",
    metadata,
    userAgentName: plain.userAgentName,
    userAgentVersionType: { case: "userAgentBuildVersion", value: plain.userAgentBuildVersion },
  });
  const bytes = toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, { node }));
  expect(readRequest("delta", bytes)?.node?.versions).toEqual(versionsOf({ ...agent, metadata: stock }));
});
