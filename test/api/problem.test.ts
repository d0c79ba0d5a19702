// Problem bodies: Kuma's form out, faults back in, and nothing of a cause on the wire.
import { expect, test } from "vitest";
import { problemOf } from "#api/problem.ts";
import { faultOf } from "#api/problem-shape.ts";
import { FAULTS, Fault, invalid } from "#model/fault.ts";

test("a fault with violations is what Kuma 2.14 answers", () => {
  const fault = invalid([{ field: "mtls.enabledBackend", reason: "has to be set to one of the backends in the mesh" }]);
  expect(problemOf(fault, "abc")).toEqual({
    type: "/std-errors",
    status: 400,
    title: "Could not process a resource",
    detail: "Resource is not valid",
    instance: "abc",
    invalid_parameters: [{ field: "mtls.enabledBackend", reason: "has to be set to one of the backends in the mesh" }],
    details: "Resource is not valid",
    causes: [{ field: "mtls.enabledBackend", message: "has to be set to one of the backends in the mesh" }],
  });
});

test("no violations, no lists of them; the cause stays out", () => {
  const fault = new Fault("internal", "It failed", { cause: new Error("secret words") });
  const body = problemOf(fault, "abc");
  expect(Object.keys(body)).toEqual(["type", "status", "title", "detail", "instance", "details"]);
  expect(JSON.stringify(body)).not.toContain("secret words");
});

test("every code's status leads a client back to a fault of that status, with its violations", () => {
  for (const code of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
    const violations = [{ field: "a", reason: "b" }];
    const sent = new Fault(code, "What happened", { violations });
    const got = faultOf(sent.status, JSON.stringify(problemOf(sent, "id")), 7);
    expect(got.status).toBe(sent.status);
    expect([got.message, got.title, got.violations, got.retryAfter]).toEqual([sent.message, sent.title, violations, 7]);
  }
});

test("an answer that is no problem is still a fault", () => {
  const got = faultOf(502, "<html>Bad Gateway</html>");
  expect([got.code, got.message]).toEqual(["internal", "The control plane answered 502 with no problem body"]);
  expect(faultOf(418, "").code).toBe("malformed");
});
