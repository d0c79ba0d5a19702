// The tables of generation: policies in Kuma's order, filters at their places, what fails is undone.
import { describe, expect, test } from "vitest";
import type { HttpConnectionManagerJson } from "#envoy/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { POLICIES } from "#model/kinds.ts";
import { addHttpFilter, baseHttpFilters, HTTP_FILTERS } from "#xds/http-filters.ts";
import { addNetworkFilter, NETWORK_FILTERS } from "#xds/network-filters.ts";
import { POLICY_WRITERS } from "#xds/policies.ts";
import { pointersOf, Tracer } from "#xds/trace.ts";

const CONFIG = { "@type": "type.googleapis.com/test" };

describe("policies", () => {
  test("are those of the model, in its order", () => {
    const known = POLICIES.map(({ type }) => type).filter((type) =>
      POLICY_WRITERS.some((writer) => writer.type === type),
    );
    expect(POLICY_WRITERS.map(({ type }) => type)).toEqual(known);
  });
});

describe("filters", () => {
  test("stand in the table's order whatever order policies come in", () => {
    for (const names of [HTTP_FILTERS.map(({ name }) => name), HTTP_FILTERS.map(({ name }) => name).reverse()]) {
      const manager: HttpConnectionManagerJson = {};
      for (const name of names) addHttpFilter(manager, name, CONFIG, new Tracer());
      expect(manager.httpFilters?.map(({ name }) => name)).toEqual(HTTP_FILTERS.map(({ name }) => name));
    }
    const chain = {};
    for (const { name } of [...NETWORK_FILTERS].reverse()) addNetworkFilter(chain, name, CONFIG, new Tracer());
    expect((chain as { filters: { name: string }[] }).filters.map(({ name }) => name)).toEqual(
      NETWORK_FILTERS.map(({ name }) => name),
    );
  });

  test("gRPC counts its calls before they are routed", () => {
    expect(baseHttpFilters(true).map(({ name }) => name)).toEqual([
      "envoy.filters.http.grpc_stats",
      "envoy.filters.http.router",
    ]);
  });
});

describe("a tracer", () => {
  const source = { policy: "MeshTimeout", list: "to", item: 0, pointer: "/idleTimeout" } as const;

  test("undoes a policy that failed, fields and filters, and keeps its complaint", () => {
    const tracer = new Tracer();
    const body: { a?: string; b?: string; list: object[] } = { a: "before", list: [{}] };
    const done = tracer.attempt("MeshTimeout", () => {
      tracer.set(body, "a", "after", source);
      tracer.set(body, "b", "new", source);
      tracer.insert(body.list, 0, { inserted: true }, source);
      throw new TypeError("a surprise");
    });
    expect(done).toBe(false);
    expect(body).toEqual({ a: "before", list: [{}] });
    expect(tracer.writes).toEqual([]);
    expect(tracer.complaints).toEqual([
      { source: { policy: "MeshTimeout", list: "to", item: -1, pointer: "" }, reason: "a surprise" },
    ]);
  });

  test("keeps what another policy wrote before", () => {
    const tracer = new Tracer();
    const body: { a?: string } = {};
    tracer.attempt("MeshTimeout", () => tracer.set(body, "a", "first", source));
    tracer.attempt("Other", () => {
      tracer.set(body, "a", "second", source);
      throw new Error("no");
    });
    expect(body).toEqual({ a: "first" });
    expect(tracer.writes).toHaveLength(1);
  });

  test("points at objects as RFC 6901 does", () => {
    const inner = {};
    expect(pointersOf({ "a/b": [{}, { "c~d": inner }] }).get(inner)).toBe("/a~1b/1/c~0d");
  });
});
