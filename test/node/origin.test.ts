// By which address people reach a control plane, and from where they call: what a caller writes itself is not believed.
import { expect, test } from "vitest";
import { addressFrom, noteConnection } from "#node/address.ts";
import { originFrom } from "#node/origin.ts";

const LISTENING = "http://0.0.0.0:5681";

test.each([
  [undefined, "http://127.0.0.1:5681/x", "http://127.0.0.1:5681"],
  [undefined, "http://localhost:5681/x", "http://localhost:5681"],
  [undefined, "http://[::1]:5681/x", "http://[::1]:5681"],
  [undefined, "https://evil.example/x", LISTENING],
  [undefined, "http://localhost.evil.example/x", LISTENING],
  [undefined, "http://127.0.0.1.evil.example/x", LISTENING],
  ["https://weft.example", "https://evil.example/x", "https://weft.example"],
  ["https://weft.example", "http://127.0.0.1:5681/x", "https://weft.example"],
])("configured as %s and called by %s, mails lead to %s", (publicUrl, called, origin) => {
  expect(originFrom(publicUrl, () => LISTENING)(new Request(called))).toBe(origin);
});

test("an address is the connection's, unless a proxy stands before it: then it is what the proxy has added", () => {
  const request = (headers: Record<string, string>): Request => {
    const made = new Request("http://127.0.0.1/", { headers });
    noteConnection(made, { incoming: { socket: { remoteAddress: "::ffff:192.0.2.1" } } });
    return made;
  };
  const forged = { "x-forwarded-for": "198.51.100.9, 203.0.113.5" };
  expect(addressFrom(false)(request(forged))).toBe("192.0.2.1");
  expect(addressFrom(true)(request(forged))).toBe("203.0.113.5");
  expect(addressFrom(true)(request({}))).toBe("192.0.2.1");
  expect(addressFrom(false)(new Request("http://127.0.0.1/"))).toBe("");
});
