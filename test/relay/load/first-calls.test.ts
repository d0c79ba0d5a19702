// First calls: each told once, by who sent it and where it arrived, until a mesh has had one of each.
import { beforeEach, expect, test } from "vitest";
import { createFirstCalls, type FirstCalls } from "#relay/load/first-calls.ts";

let calls: FirstCalls;
let told: string[];
beforeEach(() => {
  told = [];
  calls = createFirstCalls((some) => {
    told.push(...some.map(({ mesh, proxy, way, to }) => `${mesh} ${proxy} ${way} ${to}`.trim()));
  });
});
const load = (name: string, total: number, errors = 0) => ({ name, total, errors });

test("what a proxy sent, and what reached its own program, told once each and no more of a mesh that has both", () => {
  const web = [load("backend", 3), load("ads_cluster", 1), load("kuma:envoy:admin", 4), load("idle", 0)];
  calls.add("default", "web-1", [...web, load("self_transparentproxy_passthrough_outbound_ipv4", 1)]);
  calls.add("default", "web-1", web);
  expect(told).toEqual(["default web-1 sent backend"]);
  expect(calls.wants("default", 1)).toBe(true);
  calls.add("default", "backend-1", [load("localhost:8080", 2)]);
  expect(told.at(-1)).toBe("default backend-1 received");
  expect(calls.wants("default", 1)).toBe(false);
  calls.add("default", "web-1", [load("other", 1)]);
  expect(told).toHaveLength(2);
  expect(calls.wants("second", 1)).toBe(true);
});

test("errors alone are no answer, and a later answer is told beside them", () => {
  calls.add("default", "web-1", [load("backend", 2, 2)]);
  calls.add("default", "backend-1", [load("self_inbound_dp_main", 1, 1)]);
  calls.add("default", "web-1", [load("backend", 2, 1)]);
  expect(told).toEqual(["default web-1 failed backend", "default backend-1 broken", "default web-1 sent backend"]);
  expect(calls.wants("default", 1)).toBe(true);
});

test("a mesh that only sends is asked for its first twenty calls, and a large one by few of its proxies", () => {
  for (let at = 0; at < 30; at++) calls.add("default", "web-1", [load(`service-${at}`, 1)]);
  expect(told).toHaveLength(20);
  expect(calls.wants("default", 1)).toBe(false);
  expect([20, 21].map((streams) => calls.wants("large", streams))).toEqual([true, false]);
});
