// Bodies of accounts: what is made even of what was typed, and what is refused with which words.
import { expect, test } from "vitest";
import { newAccount, secondFactor } from "#api/account.ts";
import { checkBody } from "#api/check.ts";
import { Fault } from "#model/fault.ts";

const whole = { name: "Ada Lovelace", email: "ada@example.com", password: "correct horse battery" };
const wrongIn = (shape: Parameters<typeof checkBody>[0], body: unknown): Readonly<Record<string, string>> => {
  try {
    checkBody(shape, body);
    return {};
  } catch (thrown) {
    return Object.fromEntries((thrown as Fault).violations.map(({ field, reason }) => [field, reason]));
  }
};

test("an address has one form, and names have no blanks around them", () => {
  expect(checkBody(newAccount, { ...whole, name: "  李 雷 ", email: " Ada@Example.COM " })).toEqual({
    ...whole,
    name: "李 雷",
  });
});

test("all that is wrong is said at once, each at its field", () => {
  expect(wrongIn(newAccount, { name: " ", email: "ada at home", password: "short" })).toEqual({
    name: "cannot be empty",
    email: "must be an email address",
    password: "must have at least 10 characters",
  });
  expect(wrongIn(newAccount, { ...whole, name: "a\u0000b" })).toEqual({ name: "cannot have control characters" });
  expect(wrongIn(newAccount, { ...whole, password: "x".repeat(129) })).toEqual({
    password: "must have at most 128 characters",
  });
});

test("blanks in a password are part of it", () => {
  const password = "  ten  chars  ";
  expect(checkBody(newAccount, { ...whole, password })).toMatchObject({ password });
});

test("a second factor is one code of either sort", () => {
  expect(checkBody(secondFactor, { code: "012345" })).toEqual({ code: "012345" });
  expect(checkBody(secondFactor, { recoveryCode: "abcde-fghij" })).toEqual({ recoveryCode: "abcde-fghij" });
  expect(() => checkBody(secondFactor, { code: "12345" })).toThrow(Fault);
  expect(() => checkBody(secondFactor, { code: "012345", recoveryCode: "x" })).toThrow(Fault);
  expect(() => checkBody(secondFactor, {})).toThrow(Fault);
});
