// `weft why PROXY [FIELD]`: each setting of a proxy, the policy and rule that set it, and those that it beat.
import type { Command } from "#cli/command.ts";
import { showWhy, WHY_OPTIONS, type WhyFlags } from "#cli/inspect/why.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { dataplaneOf } from "#cli/resource-name.ts";

export const command: Command<Omit<WhyFlags, "field">> = {
  about: "Asks the control plane alone. FIELD narrows to settings whose name, or Envoy field, has this text.",
  arguments: [
    { name: "<proxy>", help: "name of the dataplane" },
    { name: "[field]", help: "text of a setting's name: requestTimeout, http.retry" },
  ],
  options: [{ ...MESH_OPTION, help: "mesh of the dataplane" }, ...WHY_OPTIONS],
  examples: ["weft why web-1", "weft why web-1 requestTimeout", "weft why web-1 --policy MeshRetry --envoy"],
  async run(invocation) {
    const { args, options } = invocation;
    const [word = "", field] = args;
    const { mesh, name } = dataplaneOf(word, options.mesh);
    return showWhy({ ...invocation, options: { ...options, mesh, ...(field !== undefined && { field }) } }, name);
  },
};
