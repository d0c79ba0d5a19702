// Tokens of people's sessions: what is signed opens, and nothing else does.
import { randomBytes } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import {
  type AccountKeys,
  createSessionToken,
  isSessionText,
  openAccountKeys,
  openSessionToken,
  signSessionToken,
} from "#trust/session-token.ts";

const secret = (fill: number): Sealed<Uint8Array> => new Sealed<Uint8Array>(new Uint8Array(32).fill(fill));
let keys: AccountKeys;

beforeAll(async () => {
  keys = await openAccountKeys(secret(1));
});

test("what was signed opens to its token, and only by the same key", async () => {
  const token = createSessionToken((length) => randomBytes(length));
  const text = await signSessionToken(keys.session, token);
  expect(isSessionText(text)).toBe(true);
  // A cookie's value (RFC 6265 §4.1.1) that needs no quoting.
  expect(text).toMatch(/^[\w-]+$/);
  expect(await openSessionToken(keys.session, text)).toBe(token);
  const other = await openAccountKeys(secret(2));
  expect(await openSessionToken(other.session, text)).toBeNull();
});

test("one character of token or signature changed, and it opens nothing", async () => {
  const token = createSessionToken((length) => randomBytes(length));
  const text = await signSessionToken(keys.session, token);
  for (let at = "weft_session_".length; at < text.length - 1; at += 1) {
    const changed = `${text.slice(0, at)}${text[at] === "a" ? "b" : "a"}${text.slice(at + 1)}`;
    expect(await openSessionToken(keys.session, changed), changed).toBeNull();
  }
  for (const forged of ["", token, `weft_session_${token}_`, `weft_session_${token}`, `${text}a`, "weft_session__"]) {
    expect(await openSessionToken(keys.session, forged), forged).toBeNull();
  }
});

test("the keys differ from each other, are the same again, and want a long secret", async () => {
  expect((await openAccountKeys(secret(1))).library).toBe(keys.library);
  expect((await openAccountKeys(secret(2))).library).not.toBe(keys.library);
  expect(keys.library.length).toBeGreaterThanOrEqual(43);
  await expect(openAccountKeys(new Sealed<Uint8Array>(new Uint8Array(31)))).rejects.toThrow(TypeError);
});
