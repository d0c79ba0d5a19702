// Addresses of libSQL servers: what they become, and what is refused.
import { expect, test } from "vitest";
import { readLibsqlAddress } from "#store/libsql-address.ts";

test.each([
  ["https://one.example", "https://one.example/v2/pipeline", null],
  ["libsql://one.example", "https://one.example/v2/pipeline", null],
  ["LibSQL://one.example:8080?tls=1", "https://one.example:8080/v2/pipeline", null],
  ["libsql://127.0.0.1:8080?tls=0", "http://127.0.0.1:8080/v2/pipeline", null],
  ["http://[::1]:8080/", "http://[::1]:8080/v2/pipeline", null],
  ["https://one.example/dev/?authToken=hush", "https://one.example/dev/v2/pipeline", "hush"],
])("%s", (text, pipeline, token) => {
  expect(readLibsqlAddress(text)).toEqual({ pipeline, token });
});

test.each([
  ["one.example", "it has a scheme and a host"],
  ["ws://one.example", "its scheme is ws:"],
  ["https://one.example?tls=0", "?tls=0 contradicts https:"],
  ["http://127.0.0.1:1?tls=1", "?tls=1 contradicts http:"],
  ["libsql://one.example?tls=maybe", "?tls= is 0 or 1"],
  ["libsql://one.example?tls=0", "it must name a port"],
  ["https://one.example?hush=1", "the parameter hush is unknown"],
  ["https://one.example#part", "it has a fragment"],
  ["https://hush@one.example", "it names a user"],
])("%s is refused", (text, why) => {
  expect(() => readLibsqlAddress(text)).toThrow(why);
});

test("all that is wrong is told at once, and no token with it", () => {
  const read = () => readLibsqlAddress("libsql://a.example?tls=0&authToken=hush&x=1#part");
  expect(read).toThrow("must name a port; the parameter x is unknown; it has a fragment");
  expect(read).not.toThrow("hush");
});
