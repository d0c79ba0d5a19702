// The tools that put rules into the kernel: each installs, replaces and removes without a trace.
import { Failure } from "#cli/failure.ts";
import { iptablesRemoval, iptablesScript, tablesWithTraces } from "./iptables.ts";
import { NFT_TABLE, nftScript } from "./nft.ts";
import { rulesOf } from "./rules.ts";
import { FAMILIES, type Family, type RedirectSettings } from "./settings.ts";
import { hasTool, mustRun, runTool } from "./tool.ts";

export const BACKENDS = ["nft", "iptables", "iptables-nft", "iptables-legacy"] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface BackendOptions {
  readonly comments: boolean;
  /** How long to wait for others who change iptables; seconds. */
  readonly wait: number;
}

export interface Backend {
  readonly name: BackendName;
  /** Exactly what `install` hands to the tools on a machine without rules of Weft's. */
  script(settings: RedirectSettings): string;
  /** Why the kernel does not take them; null where it does. */
  refusal(settings: RedirectSettings): string | null;
  install(settings: RedirectSettings): void;
  /** True where there was something. */
  remove(): boolean;
}

/** The backend of a name, or of the first tool whose rules the kernel takes. Throws Failure. */
export function chooseBackend(name: string, settings: RedirectSettings, options: BackendOptions): Backend {
  const names = name === "auto" ? BACKENDS : BACKENDS.filter((one) => one === name);
  const reasons: string[] = [];
  for (const one of names) {
    const why = isThere(one) ? backendOf(one, options).refusal(settings) : "it is not installed";
    if (why === null) return backendOf(one, options);
    reasons.push(`${one}: ${why}`);
  }
  throw new Failure("absent", {
    what: name === "auto" ? "no tool here can redirect traffic" : `${name} cannot redirect traffic here`,
    where: "--backend",
    why: reasons.join("\n"),
    fix: "install nftables (apt install nftables) or iptables",
  });
}

/** The first tool there is; for a dry run, which asks the kernel nothing. Throws Failure. */
export function presentBackend(name: string, options: BackendOptions): Backend {
  const found = name === "auto" ? (BACKENDS.find(isThere) ?? "nft") : BACKENDS.find((one) => one === name);
  return backendOf(found ?? "nft", options);
}

/** Removes what any tool has installed, but for what `except` sees too; the names of those that had. */
export function removeAll(options: BackendOptions, except?: BackendName): readonly BackendName[] {
  return BACKENDS.filter((name) => {
    if (!isThere(name) || (except !== undefined && placeOf(name) === placeOf(except))) return false;
    return backendOf(name, options).remove();
  });
}

/** Where in the kernel its rules are: `iptables` is another name of one of the two below it. */
function placeOf(name: BackendName): string {
  if (name !== "iptables") return name;
  return runTool(name, ["--version"]).out.includes("legacy") ? "iptables-legacy" : "iptables-nft";
}

function isThere(name: BackendName): boolean {
  return hasTool(name === "nft" ? "nft" : `${name}-restore`);
}

function backendOf(name: BackendName, options: BackendOptions): Backend {
  return name === "nft" ? nft : iptables(name, options);
}

const nft: Backend = {
  name: "nft",
  script: (settings) => nftScript(rulesOf(settings), settings.families),
  refusal(settings) {
    const { ok, why } = runTool("nft", ["--check", "--file", "-"], this.script(settings));
    return ok ? null : why;
  },
  install(settings) {
    mustRun("nft", ["--file", "-"], this.script(settings));
  },
  remove() {
    if (!runTool("nft", ["list", "table", ...NFT_TABLE.split(" ")]).ok) return false;
    mustRun("nft", ["delete", "table", ...NFT_TABLE.split(" ")]);
    return true;
  },
};

function iptables(name: BackendName, options: BackendOptions): Backend {
  const { wait } = options;
  // `iptables-nft` → `ip6tables-nft-restore`.
  const tool = (family: Family, what: string): string =>
    `${family === "ipv4" ? name : name.replace("iptables", "ip6tables")}-${what}`;
  const scriptOf = (settings: RedirectSettings, family: Family, saved: string): string =>
    iptablesScript(rulesOf(settings), family, saved, options);
  const saved = (family: Family): string => {
    // Without a table it shows those in use; asked for one, it would bring it into use.
    const { ok, out } = runTool(tool(family, "save"), []);
    return ok ? out : "";
  };
  const restore = (family: Family, script: string, ...flags: string[]): ReturnType<typeof runTool> =>
    runTool(tool(family, "restore"), ["--noflush", "--wait", String(wait), ...flags], script);
  const removeFrom = (family: Family): boolean => {
    const before = saved(family);
    const script = iptablesRemoval(before);
    if (script === null) return false;
    mustRun(tool(family, "restore"), ["--noflush", "--wait", String(wait)], script);
    dropEmptyTables(family, tablesWithTraces(before));
    return true;
  };
  return {
    name,
    script: (settings) =>
      settings.families
        .map((family) => `# ${tool(family, "restore")} --noflush\n${scriptOf(settings, family, "")}`)
        .join("\n"),
    refusal(settings) {
      for (const family of settings.families) {
        const { ok, why } = restore(family, scriptOf(settings, family, saved(family)), "--test");
        if (!ok) return why;
      }
      return null;
    },
    install(settings) {
      for (const family of FAMILIES) {
        if (!settings.families.includes(family)) removeFrom(family);
        else
          mustRun(
            tool(family, "restore"),
            ["--noflush", "--wait", String(wait)],
            scriptOf(settings, family, saved(family)),
          );
      }
    },
    remove: () => FAMILIES.filter(removeFrom).length > 0,
  };
}

/** iptables on top of nftables makes tables and chains when they are first used, and never takes them away. */
function dropEmptyTables(family: Family, tables: readonly string[]): void {
  for (const table of tables) {
    const place = [family === "ipv4" ? "ip" : "ip6", table];
    const listed = (): string => runTool("nft", ["list", "table", ...place]).out;
    // Nothing is in it but its own first line, and that changes nothing.
    for (const [, chain = ""] of listed().matchAll(/chain (\S+) \{\n\s*type [^\n]*policy accept;\n\s*\}/g))
      runTool("nft", ["delete", "chain", ...place, chain]);
    if (/^table \S+ \S+ \{\s*\}\s*$/.test(listed())) runTool("nft", ["delete", "table", ...place]);
  }
}
