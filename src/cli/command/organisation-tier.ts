// `weft organisation tier NAME`: what an organisation may have; for the operator of a control plane.
import { resolve } from "node:path";
import { createClient } from "#api/client.ts";
import type { OrganisationTier } from "#api/limit.ts";
import type { Command } from "#cli/command.ts";
import { failureOf } from "#cli/connection.ts";
import { deedsOf } from "#cli/deeds.ts";
import { Failure, usage } from "#cli/failure.ts";
import { wholeNumber } from "#cli/number.ts";
import { printAnswer } from "#cli/output.ts";
import { progress } from "#cli/progress.ts";
import { readTokenFile } from "#cli/token-file.ts";
import { Fault } from "#model/fault.ts";
import { SETTABLE, TIERS } from "#model/limit/limit.ts";

interface Options {
  readonly controlPlane: string;
  readonly operatorSecretFile: string;
  readonly set?: string;
  readonly limit?: readonly string[];
}

const USUAL = "usual";

export const command: Command<Options> = {
  about: `Sets the tier of an organisation, and limits that differ from it; what was set before is replaced. Without --set and --limit it shows what holds. Limits: ${SETTABLE.join(", ")}.`,
  arguments: [{ name: "<name>", help: "name of the organisation" }],
  options: [
    { flags: "--control-plane <url>", help: "address of the control plane", required: true },
    { flags: "--operator-secret-file <file>", help: "file with the operator's secret", required: true },
    {
      flags: "--set <tier>",
      help: "what it has from now on; usual = as the deployment gives it",
      choices: [...TIERS, USUAL],
    },
    { flags: "--limit <name=number>", help: "a limit beside the tier, or NAME=none; may be repeated", repeat: true },
  ],
  examples: [
    "weft organisation tier acme --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
    "weft organisation tier acme --set team --limit meshes=250 --control-plane https://weft.example --operator-secret-file operator.secret",
  ],
  async run({ args, options, terminal, signal, cwd }) {
    const name = args[0]!;
    if (!URL.canParse(options.controlPlane))
      throw usage(`--control-plane ${options.controlPlane} is no URL`, "write https://host");
    const limits = Object.fromEntries((options.limit ?? []).map(limitOf));
    if (options.limit !== undefined && options.set === undefined)
      throw usage("--limit needs --set", `name the tier too: --set ${TIERS.join(", ")} or ${USUAL}`);
    const token = readTokenFile(resolve(cwd, options.operatorSecretFile), "--operator-secret-file");
    const deeds = deedsOf(globalThis.fetch, signal);
    const client = createClient({ url: options.controlPlane, token, fetch: deeds.fetch });
    const params = { organisation: name };
    const tier = options.set === USUAL ? null : options.set;
    const work: Promise<OrganisationTier> =
      tier === undefined
        ? client.call("getTier", { params })
        : client.call("setTier", { params, body: { tier, limits } });
    const answer = await progress(terminal, `waiting for ${options.controlPlane}`, work).catch((thrown: unknown) => {
      if (signal.aborted) throw deeds.stopped();
      if (!(thrown instanceof Fault)) throw thrown;
      const { exit, parts } = failureOf(thrown, `the tier of ${name} could not be told`, options.controlPlane);
      throw new Failure(exit, parts, thrown);
    });
    printAnswer(terminal, options.output, { value: answer, name: answer.holds.tier, text: () => textOf(answer) });
    return 0;
  },
};

function limitOf(text: string): readonly [string, number | null] {
  const [name = "", value, more] = text.split("=");
  if (value === undefined || more !== undefined)
    throw usage(`--limit ${text} is not NAME=NUMBER`, "write --limit meshes=250, or meshes=none");
  return [name, value === "none" ? null : wholeNumber(`--limit ${name}`, value, 999_999_999)];
}

function textOf({ organisation, tier, limits, holds }: OrganisationTier): string {
  const from = tier === null ? ", as the deployment gives it" : "";
  const rows = SETTABLE.map((name) => {
    const most = holds.limits[name] ?? null;
    return `  ${name.padEnd(18)} ${most === null ? "no limit" : String(most)}${limits[name] === undefined ? "" : " (set beside the tier)"}`;
  });
  return `${organisation} has the tier ${holds.tier}${from}\n${rows.join("\n")}\n`;
}
