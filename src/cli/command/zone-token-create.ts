// `weft zone-token create`: the token with which an ingress or egress joins its zone.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { checkToken, OUT_OPTIONS, type OutOptions, tellToken } from "#cli/issued-token.ts";
import { knownWord } from "#cli/known-word.ts";
import { REASON_OPTION } from "#cli/reason.ts";

interface Options extends OutOptions {
  readonly zone: string;
  readonly scope?: readonly string[];
  readonly validFor: string;
}

const SCOPES = ["ingress", "egress"];

export const command: Command<Options> = {
  about: "Whoever has the token can join the zone as an ingress or egress of any name.",
  options: [
    REASON_OPTION,
    { flags: "--zone <zone>", help: "the zone that the proxy is in", required: true },
    {
      flags: "--scope <scope>",
      help: "ingress or egress; both unless given; may be repeated",
      repeat: true,
    },
    { flags: "--valid-for <duration>", help: "how long it holds", default: "24h" },
    ...OUT_OPTIONS,
  ],
  examples: [
    "weft zone-token create --zone east --scope ingress",
    "weft zone-token create --zone east --valid-for 720h --out east.token",
  ],
  async run(invocation) {
    const { options } = invocation;
    const path = checkToken(invocation);
    for (const scope of options.scope ?? []) knownWord("scope of a zone token", scope, SCOPES);
    const body = { zone: options.zone, scope: [...(options.scope ?? SCOPES)], validFor: options.validFor };
    const token = await connect(invocation).ask("the zone token could not be created", (client, organisation) =>
      client.call("createZoneToken", { params: { organisation }, body }),
    );
    tellToken(invocation, token, path);
    return 0;
  },
};
