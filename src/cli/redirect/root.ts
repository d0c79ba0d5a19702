// Who may change the kernel's rules.
import { Failure } from "#cli/failure.ts";

/** Throws Failure unless this is Linux and its root. */
export function mustBeRoot(commandLine: string): void {
  if (process.platform !== "linux")
    throw new Failure("failed", {
      what: "transparent proxying is there on Linux only",
      where: process.platform,
      fix: "list outbounds on the Dataplane instead",
    });
  if (process.getuid?.() === 0) return;
  throw new Failure("forbidden", {
    what: "only root may change the kernel's rules",
    where: `user ${process.getuid?.() ?? "?"}`,
    fix: [`sudo ${commandLine}`, "--dry-run of the installation prints the rules without changing anything"],
  });
}
