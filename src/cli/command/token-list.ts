// `weft token list`: API tokens without their secrets.
import type { ApiToken } from "#api/weft.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { ageColumns, ageText, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  examples: ["weft token list", "weft token list -o json"],
  async run(invocation) {
    const items = await connect(invocation).ask("the tokens could not be listed", (client, organisation) =>
      allPages<ApiToken>((query) => client.call("listTokens", { params: { organisation }, query })),
    );
    const now = Date.now();
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "id", cell: (token) => token.id },
        { title: "name", cell: (token) => token.name },
        { title: "scopes", cell: (token) => token.scopes.join(",") },
        { title: "state", cell: (token) => stateOf(token, now) },
        { title: "expires", cell: (token) => token.expiresAt ?? "never" },
        ...ageColumns<ApiToken>("age", "created", (token) => token.createdAt, { now }),
        { title: "last used", cell: (token) => usedText(token.lastUsedAt, now), news: () => "" },
        { title: "used at", cell: (token) => token.lastUsedAt ?? "", news: () => "", wide: true },
        { title: "made by", cell: (token) => token.mintedBy ?? "-", wide: true },
        { title: "revoked", cell: (token) => token.revokedAt ?? "", wide: true },
      ],
      value: { total: items.length, items },
      name: (token) => token.id,
      moving: ["lastUsedAt"],
      none: "There are no API tokens.",
    });
    return 0;
  },
};

function stateOf(token: ApiToken, now: number): string {
  if (token.revokedAt !== null) return "revoked";
  return token.expiresAt !== null && Date.parse(token.expiresAt) <= now ? "expired" : "valid";
}

function usedText(at: string | null, now: number): string {
  return at === null ? "never" : `${ageText(at, now)} ago`;
}
