// What every answer has, whatever the route: ids, headers, methods, JSON errors.
import { expect, test } from "vitest";
import { call, createMesh, createOrganisation, type Subject } from "./subject.ts";

export function httpSuite(subject: () => Subject): void {
  test("the index needs no token and says what kumactl insists on", async () => {
    const answer = await call(subject(), "GET", "/o/anybody/");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.json).toMatchObject({ product: "Kuma", version: expect.stringMatching(/^2\.14\./) });
    expect((await call(subject(), "GET", "/o/anybody")).json).toEqual(answer.json);
  });

  test("every answer has a request id of its own, and it is the problem's instance", async () => {
    const [one, other] = [await call(subject(), "GET", "/nowhere"), await call(subject(), "GET", "/nowhere")];
    expect(one.headers.get("x-request-id")).toBe(one.json.instance);
    expect(one.json.instance).not.toBe(other.json.instance);
  });

  test("an unknown path is a JSON 404", async () => {
    for (const path of ["/", "/nowhere", "/v1/zone/nothing", "/o/x/meshes/default/unknownkinds", "/o/x/versions"]) {
      const answer = await call(subject(), "GET", path);
      expect([path, answer.status, answer.json?.type]).toEqual([path, 404, "/std-errors"]);
      expect(answer.headers.get("content-type")).toBe("application/json");
    }
  });

  test("a method that a path does not take is 405 with those that it takes", async () => {
    const answer = await call(subject(), "POST", "/o/x/meshes/default", { body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("DELETE, GET, HEAD, OPTIONS, PUT");
    expect(answer.json.title).toBe("Method not Allowed");
    const options = await call(subject(), "OPTIONS", "/o/x/meshes/default");
    expect([options.status, options.text, options.headers.get("allow")]).toEqual([
      204,
      "",
      "DELETE, GET, HEAD, OPTIONS, PUT",
    ]);
  });

  test("HEAD answers as GET without a body", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const head = await organisation.call("HEAD", "/meshes/default");
    const get = await organisation.call("GET", "/meshes/default");
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
    expect(get.headers.get("etag")).toMatch(/^"[\w-]+"$/);
  });

  test("a list that nothing has changed is answered with 304, and with itself as soon as something has", async () => {
    const organisation = await createOrganisation(subject());
    await createMesh(organisation);
    const first = await organisation.call("GET", "/meshes");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    const ask = () => organisation.call("GET", "/meshes", undefined, { "if-none-match": etag });
    const same = await ask();
    expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await organisation.call("PUT", "/meshes/shop", { type: "Mesh", name: "shop" })).status).toBe(201);
    const other = await ask();
    expect([other.status, other.json.total]).toEqual([200, 2]);
    expect(other.headers.get("etag")).not.toBe(etag);
  });

  test("browsers are told to frame, sniff and keep nothing", async () => {
    const { headers } = await call(subject(), "GET", "/o/x/");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("browsers stay with TLS where they speak it, and hear nothing of it where they do not", async () => {
    const isSecure = subject().url.startsWith("https:");
    const plain = await call(subject(), "GET", "/o/x/");
    expect(plain.headers.has("strict-transport-security")).toBe(isSecure);
    const behind = await call(subject(), "GET", "/o/x/", { headers: { "x-forwarded-proto": "https" } });
    expect(behind.headers.get("strict-transport-security")).toMatch(/^max-age=\d{8}/);
  });

  test("no page of another host may read an answer, nor ask whether it may", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "DELETE" };
    for (const [method, path] of [
      ["GET", "/o/x/"],
      ["OPTIONS", "/o/x/meshes/default"],
      ["GET", "/nowhere"],
    ] as const) {
      const answer = await call(subject(), method, path, { headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("a relay's call is answered with the same care, an idle poll in few bytes", async () => {
    const { headers } = await call(subject(), "GET", "/v1/zone/view");
    expect([headers.get("x-content-type-options"), headers.get("cache-control")]).toEqual(["nosniff", "no-store"]);
  });

  test("the OpenAPI document is served below any organisation and names its own server", async () => {
    const root = await call(subject(), "GET", "/openapi.json");
    expect(root.json.openapi).toBe("3.1.0");
    expect(root.json.servers).toEqual([{ url: subject().url }]);
    const below = await call(subject(), "GET", "/o/demo/openapi.json");
    expect(below.json).toEqual(root.json);
  });

  test("health", async () => {
    expect(await call(subject(), "GET", "/healthy")).toMatchObject({ status: 200, text: "OK\n" });
  });
}
