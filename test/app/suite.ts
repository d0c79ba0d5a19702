// The app's suite, written once: it runs on Node over a real socket with libSQL files, and in workerd on D1.
import { describe } from "vitest";
import { accessSuite } from "./access-suite.ts";
import { auditSuite } from "./audit-suite.ts";
import { changeSuite } from "./change-suite.ts";
import { faultSuite } from "./fault-suite.ts";
import { guardSuite } from "./guard-suite.ts";
import { historySuite } from "./history-suite.ts";
import { httpSuite } from "./http-suite.ts";
import { inspectionSuite } from "./inspection-suite.ts";
import { planSuite } from "./plan-suite.ts";
import { proxySuite } from "./proxy-suite.ts";
import { reachSuite } from "./reach-suite.ts";
import { resourceSuite } from "./resource-suite.ts";
import { serviceSuite } from "./service-suite.ts";
import type { Subject } from "./subject.ts";
import { webhookSuite } from "./webhook-suite.ts";
import { zoneProxySuite } from "./zone-proxy-suite.ts";
import { zoneSuite } from "./zone-suite.ts";

/** Every promise of the HTTP face. `subject` is asked for inside of tests, after the edge's own set-up. */
export function appSuite(subject: () => Subject): void {
  describe("HTTP", () => httpSuite(subject));
  describe("access", () => accessSuite(subject));
  describe("resources", () => resourceSuite(subject));
  describe("changes", () => changeSuite(subject));
  describe("history", () => historySuite(subject));
  describe("audit log", () => auditSuite(subject));
  describe("guard rails", () => guardSuite(subject));
  describe("plans", () => planSuite(subject));
  describe("webhooks", () => webhookSuite(subject));
  describe("bad input", () => faultSuite(subject));
  describe("inspection", () => inspectionSuite(subject));
  describe("inspection of proxies", () => proxySuite(subject));
  describe("who may call whom", () => reachSuite(subject));
  describe("services", () => serviceSuite(subject));
  describe("zone protocol", () => zoneSuite(subject));
  describe("ingresses and egresses", () => zoneProxySuite(subject));
}
