// Credentials: what is minted is read back, all else is null.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCredential, createTenantId, mintCredential, parseCredential } from "#trust/credential.ts";
import { chance } from "./sample.ts";

describe("a credential", () => {
  test.each(["api", "enrolment"] as const)("of kind %s is read back and checked", async (kind) => {
    const tenant = createTenantId(chance);
    expect(tenant).toMatch(/^[a-z2-7]{12}$/);
    const minted = await mintCredential(kind, tenant, chance);
    const read = parseCredential(minted.text.reveal());
    expect(read).toMatchObject({ kind, tenant, id: minted.id });
    if (read === null) throw new Error("not read");
    expect(await checkCredential(read, minted.secretHash)).toBe(true);
    const other = await mintCredential(kind, tenant, chance);
    expect(await checkCredential(read, other.secretHash)).toBe(false);
    expect(await checkCredential(read, "")).toBe(false);
    expect(JSON.stringify([minted, read])).not.toContain(minted.text.reveal().split("_").at(-1));
  });

  test("is null for whatever is not exactly one", async () => {
    const text = (await mintCredential("api", "acme", chance)).text.reveal();
    const near = [
      ` ${text}`,
      `${text}\n`,
      text.toUpperCase(),
      text.replace("api", "user"),
      text.slice(0, -1),
      `${text}a`,
    ];
    for (const one of [...near, text.replace("_acme_", "__"), text.replace("_acme_", "_ac_me_")])
      expect(parseCredential(one)).toBeNull();
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (any) => parseCredential(any) === null));
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
        (at, character) => {
          const read = parseCredential(text.slice(0, at) + character + text.slice(at + 1));
          // A changed letter of tenant, id or secret is another credential; its form holds all the same.
          if (!/^[a-z0-9]$/.test(character) && character !== text[at]) expect(read).toBeNull();
        },
      ),
    );
  });
});
