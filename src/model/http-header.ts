// HTTP header names and lists of headers with values, as policies write them.
import * as z from "./lazy-zod.ts";

const NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;
/** Longest list of headers that Kuma takes. */
const MOST = 16;

/** A header's name: lower case, at most 256 characters. */
export const headerName = z.string().check(
  z.refine((name) => name.length >= 1, "in body should be at least 1 chars long"),
  z.refine((name) => name.length <= 256, "in body should be at most 256 chars long"),
  z.refine((name) => name === "" || NAME.test(name), "in body should match '^[a-z0-9!#$%&'*+\\-.^_\\x60|~]+$'"),
);

/** A header's value: Envoy refuses a whole route configuration for one with a line end in it. */
export const headerValue = z
  .string()
  .check(z.refine((value) => !/[\0\r\n]/.test(value), "must not contain line ends or NUL"));

/** Headers with their values, at most sixteen. */
export const headerList = z.array(z.strictObject({ name: headerName, value: headerValue })).check(
  z.refine((list) => list.length <= MOST, `in body should have at most ${MOST} items`),
  z.refine((list) => list.every(({ name }) => name !== "host"), "the header host may not be changed: Envoy refuses it"),
);
