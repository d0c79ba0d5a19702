// `weft dataplane-token create`: the token with which a proxy joins its mesh.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { checkToken, OUT_OPTIONS, type OutOptions, tellToken } from "#cli/issued-token.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { REASON_OPTION } from "#cli/reason.ts";

interface Options extends OutOptions {
  readonly mesh: string;
  readonly name?: string;
  readonly tag?: readonly string[];
  readonly type: string;
  readonly workload?: string;
  readonly validFor: string;
}

export const command: Command<Options> = {
  about: "Narrow the token by name or tags: whoever has it can join as any proxy that fits.",
  options: [
    REASON_OPTION,
    { ...MESH_OPTION, help: "mesh that the proxy joins" },
    { flags: "--name <name>", help: "only a dataplane of this name" },
    {
      flags: "--tag <key=value>",
      help: "only dataplanes with this tag; several values: --tag k=a,b; may be repeated",
      repeat: true,
    },
    {
      flags: "--type <type>",
      help: "type of the proxy",
      choices: ["dataplane", "ingress", "egress"],
      default: "dataplane",
    },
    { flags: "--workload <name>", help: "only dataplanes of this workload" },
    { flags: "--valid-for <duration>", help: "how long it holds", default: "24h" },
    ...OUT_OPTIONS,
  ],
  examples: [
    "weft dataplane-token create --name web-1 --tag kuma.io/service=web",
    "weft dataplane-token create --name web-1 --valid-for 720h --out web-1.token",
  ],
  async run(invocation) {
    const { options } = invocation;
    const path = checkToken(invocation);
    const body = {
      mesh: options.mesh,
      tags: tagsOf(options.tag ?? []),
      type: options.type,
      validFor: options.validFor,
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.workload === undefined ? {} : { workload: options.workload }),
    };
    const token = await connect(invocation).ask("the dataplane token could not be created", (client, organisation) =>
      client.call("createDataplaneToken", { params: { organisation }, body }),
    );
    tellToken(invocation, token, path);
    return 0;
  },
};

function tagsOf(texts: readonly string[]): Record<string, string[]> {
  const tags: Record<string, string[]> = {};
  for (const text of texts) {
    const [, key, values] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || values === undefined)
      throw usage(`--tag ${text} is not key=value`, "write --tag kuma.io/service=web");
    tags[key] = [...(tags[key] ?? []), ...values.split(",")];
  }
  return tags;
}
