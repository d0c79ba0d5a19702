// The OpenAPI document: its text is made once, and each who asks is told the address that was asked.
import { expect, test } from "vitest";
import { openapiDocument } from "#api/openapi.ts";
import type { Call } from "#app/call.ts";
import { openapi } from "#app/control-plane.ts";
import { SHAPES } from "#control/shape-reader.ts";

const ask = async (url: string): Promise<string> => {
  const call = { app: { reader: SHAPES }, url: new URL(url), operation: { path: "/openapi.json" }, params: {} };
  return (await openapi(call as unknown as Call)).text();
};

test("one origin after another, a path below which it stands, and an address that looks like a pattern", async () => {
  const asked = [
    ["https://one.example/openapi.json", "https://one.example"],
    ["https://two.example:8443/base/openapi.json", "https://two.example:8443/base"],
    ["https://three.example/$&/$1/openapi.json", "https://three.example/$&/$1"],
    ["https://one.example/openapi.json", "https://one.example"],
  ] as const;
  const whole = openapiDocument("");
  for (const [url, server] of asked) {
    const expected = `${JSON.stringify({ ...whole, servers: [{ url: server }] }, null, 1)}\n`;
    // As text: what differs of a megabyte is not worth a picture.
    expect((await ask(url)) === expected, url).toBe(true);
  }
});
