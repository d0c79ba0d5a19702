// MeshGateway: violations and answers as a stock control plane gave them, and what a relay sees.
import { describe, expect, it } from "vitest";
import { meshGateway } from "#model/row/kind.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";

const selectors = [{ match: { "kuma.io/service": "edge" } }];

describe("MeshGateway", () => {
  it("is refused with Kuma's violations, all at once", () => {
    const terminate = { mode: "TERMINATE" };
    const listeners = [
      {},
      { port: 80, protocol: "HTTP", hostname: "a..b", tags: { "kuma.io/zone": "z" } },
      { port: 80, protocol: "TCP", hostname: "*.x_y", crossMesh: true, tls: terminate },
      { port: 443, protocol: "HTTPS" },
      { port: 444, protocol: "HTTPS", tls: { mode: "PASSTHROUGH", certificates: [{ secret: "a" }] } },
      { port: 445, protocol: "TLS", tls: {} },
      { port: 446, protocol: "TLS", tls: terminate, resources: { connectionLimit: 5 } },
      {
        port: 446,
        protocol: "TLS",
        tls: { ...terminate, certificates: [{ secret: "a" }, { secret: "b" }, { secret: "c" }] },
        resources: { connectionLimit: 6 },
      },
    ];
    const body = {
      selectors: [{ match: { a: "b" } }, ...selectors],
      tags: { "kuma.io/service": "x", y: "*" },
      conf: { listeners },
    };
    expect([...refusalsOf("MeshGateway", body)].sort()).toEqual(
      [
        'selectors[0].match: mandatory tag "kuma.io/service" is missing',
        "selectors[1]: there can be at most one selector",
        'tags["kuma.io/service"]: tag name must not be "kuma.io/service"',
        "conf.listeners[0].port: port must be in the range [1, 65535]",
        "conf.listeners[0].protocol: cannot be empty",
        "conf.listeners[1].hostname: invalid hostname",
        'conf.listeners[1].tags["kuma.io/zone"]: tag name must not be "kuma.io/zone"',
        "conf.listeners[2].hostname: invalid wildcard domain",
        "conf.listeners[2].tls: must be empty with crossMesh",
        "conf.listeners[3].tls: cannot be empty",
        "conf.listeners[4].tls.mode: mode is not supported on HTTPS listeners",
        "conf.listeners[5].tls.mode: cannot be empty",
        "conf.listeners[6].tls.certificates: cannot be empty in TLS termination mode",
        "conf.listeners[7].tls.certificates: cannot have more than 2 certificates",
        "conf.listeners[1]: protocol conflicts with other listeners on this port",
        "conf.listeners[2]: protocol conflicts with other listeners on this port",
        "conf.listeners[6]: multiple listeners for hostname on this port",
        "conf.listeners[7]: multiple listeners for hostname on this port",
        "conf.listeners[6].resources.connectionLimit: conflicting values for this port",
        "conf.listeners[7].resources.connectionLimit: conflicting values for this port",
      ].sort(),
    );
  });

  it("is refused while it is empty, and where HTTPS crosses meshes", () => {
    expect(refusalsOf("MeshGateway", {})).toEqual([
      "selectors: must have at least one element",
      "conf: cannot be empty",
    ]);
    expect(refusalsOf("MeshGateway", { selectors, conf: {} })).toEqual(["conf.listeners: cannot be empty"]);
    const listener = { port: 443, protocol: "HTTPS", crossMesh: true };
    expect(refusalsOf("MeshGateway", { selectors, conf: { listeners: [listener] } })).toEqual([
      "conf.listeners[0].protocol: protocol is not supported with crossMesh",
    ]);
    const long = { port: 80, protocol: "HTTP", hostname: "a".repeat(254) };
    expect(refusalsOf("MeshGateway", { selectors, conf: { listeners: [long] } })).toEqual([
      "conf.listeners[0].hostname: must be at most 253 characters",
    ]);
  });

  it("is answered as Kuma answers, zero values left out", () => {
    const listeners = [
      { port: 80, protocol: "HTTP", hostname: "*", tags: { port: "http/80" }, crossMesh: false },
      { port: 445, protocol: "TLS", tls: { mode: "PASSTHROUGH", options: {}, certificates: [{ secret: "a" }] } },
    ];
    expect(answerOf("MeshGateway", { selectors, conf: { listeners }, tags: {} })).toEqual({
      selectors,
      conf: {
        listeners: [
          { hostname: "*", port: 80, protocol: "HTTP", tags: { port: "http/80" } },
          { port: 445, protocol: "TLS", tls: { mode: "PASSTHROUGH", certificates: [{ secret: "a" }], options: {} } },
        ],
      },
    });
  });

  it("shows a relay no certificate", () => {
    const tls = { mode: "TERMINATE" as const, certificates: [{ inlineString: "KEY" }] };
    const spec = { selectors, conf: { listeners: [{ port: 443, protocol: "HTTPS" as const, tls }] } };
    expect(meshGateway.publicPart?.(spec)).toEqual({
      selectors,
      conf: { listeners: [{ port: 443, protocol: "HTTPS", tls: { mode: "TERMINATE" } }] },
    });
    expect(meshGateway.publicPart?.({ selectors })).toEqual({ selectors });
  });
});
