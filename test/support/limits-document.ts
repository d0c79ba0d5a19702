// The table of limits as docs/guides/limits.md has it.
import { LIMIT_NAMES, LIMITS, type LimitRow, TIERS } from "#model/limit/limit.ts";

const PER = {
  person: "a person",
  organisation: "an organisation",
  token: "a token or session",
  relay: "a relay",
  address: "an address",
  request: "a request",
  resource: "a resource",
};

/** Markdown; numbers with commas, rates as requests a second. */
export function limitsTable(): string {
  const lines = LIMIT_NAMES.map((name) => {
    const { unit, per, what, most }: LimitRow = LIMITS[name];
    const cell = (value: number | null): string =>
      value === null ? "–" : `${value.toLocaleString("en")}${unit === "count" ? "" : unit === "bytes" ? " B" : "/s"}`;
    return `| \`${name}\` | ${what} | ${PER[per]} | ${TIERS.map((tier) => cell(most[tier])).join(" | ")} |`;
  });
  return [
    `| limit | of what | for | ${TIERS.join(" | ")} |`,
    `|---|---|---|${"---|".repeat(TIERS.length)}`,
    ...lines,
  ].join("\n");
}
