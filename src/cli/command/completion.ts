// `weft completion bash|zsh|fish`: the script that lets a shell complete `weft`.
import type { Command } from "#cli/command.ts";
import { completionScript, SHELLS, type Shell } from "#cli/completion/script.ts";
import { usage } from "#cli/failure.ts";

export const command: Command = {
  about:
    "Commands and options are completed, and names and numbers that the control plane knows, where it answers within 0.3 s. " +
    "To have it in every shell, put the line of the example into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.",
  arguments: [{ name: "<shell>", help: SHELLS.join(", ") }],
  examples: ["source <(weft completion bash)", "source <(weft completion zsh)", "weft completion fish | source"],
  async run({ args, terminal }) {
    const shell = args[0] as Shell;
    if (!SHELLS.includes(shell))
      throw usage(`there is no completion for the shell ${shell}`, `there is one for ${SHELLS.join(", ")}`);
    terminal.out(completionScript(shell));
    return 0;
  },
};
