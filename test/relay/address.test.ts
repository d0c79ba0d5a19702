// Whom the relay trusts as its own machine, and where it never connects.
import { expect, test } from "vitest";
import { isLoopback, isOffLimits } from "#relay/address.ts";

test.each(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])("%s is loopback, and may be called", (address) => {
  expect([isLoopback(address), isOffLimits(address)]).toEqual([true, false]);
});

test.each([
  "169.254.169.254",
  "169.254.0.1",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "fe80::1",
  "febf::1",
  "fe80::1%eth0",
  "0.0.0.0",
  "::",
  "0:0:0:0:0:0:0:0",
])("%s is off limits", (address) => {
  expect([isLoopback(address), isOffLimits(address)]).toEqual([false, true]);
});

test.each(["10.0.0.1", "192.168.1.1", "169.253.1.1", "fec0::1", "fd00::1", "2001:db8::1", "", "localhost"])(
  "%s is neither",
  (address) => {
    expect([isLoopback(address), isOffLimits(address)]).toEqual([false, false]);
  },
);
