// An access test in a line, and how one made of an answer is called.
import type { WireAccessTest } from "#api/access.ts";

type Asked = Pick<WireAccessTest, "from" | "to"> & Partial<Pick<WireAccessTest, "port" | "method" | "path">>;

/** `web → orders:8080 (GET /x)`. */
export function askedText({ from, to, port, method, path }: Asked): string {
  const request = [method, path].filter((text) => text !== undefined).join(" ");
  return `${from} → ${to}${port === undefined ? "" : `:${port}`}${request === "" ? "" : ` (${request})`}`;
}

/** A name of RFC 1123 that says what is asked, at most 63 characters, and none of those that are taken. */
export function testName(
  { from, to, port, method, path }: Asked,
  expect: "allow" | "deny",
  taken: ReadonlySet<string>,
): string {
  const words = [from, expect === "allow" ? "reaches" : "never-reaches", to, port, method, path];
  const plain = words
    .filter((word) => word !== undefined)
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const base = plain.replace(/^-+/, "").slice(0, 58).replace(/-+$/, "") || "access";
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
