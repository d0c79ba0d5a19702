// What a look at a machine, a control plane and its zones has found.
import type { FailureParts } from "#cli/failure.ts";

export interface Finding {
  /** `machine`, `control plane`, `zone east`. */
  readonly where: string;
  readonly state: "ok" | "warning" | "failure";
  /** One sentence without a full stop. */
  readonly what: string;
  /** The cause, where one is known. */
  readonly why?: string;
  /** What to do, several ways on several lines; absent where all is well. */
  readonly fix?: string;
}

/** Makes findings of one place. */
export function findingsAt(where: string) {
  const bad = (state: "warning" | "failure", what: string, fix: string, why?: string): Finding => ({
    ...{ where, state, what },
    ...(why !== undefined && why !== "" && { why }),
    fix,
  });
  return {
    ok: (what: string): Finding => ({ where, state: "ok", what }),
    warning: (what: string, fix: string, why?: string): Finding => bad("warning", what, fix, why),
    failure: (what: string, fix: string, why?: string): Finding => bad("failure", what, fix, why),
    /** What a command would have failed with. */
    failed: ({ what, where: place, why, fix = [] }: FailureParts): Finding =>
      bad("failure", what, [fix].flat().join("\n"), [place ?? [], why ?? []].flat().join(": ")),
  };
}

/** What is to be done, under the table: each thing that is wrong with why and the ways out. */
export function remediesText(found: readonly Finding[]): string {
  return found
    .filter(({ state }) => state !== "ok")
    .map(({ where, what, why, fix = "" }) => {
      const lines = [...(why === undefined ? [] : [["why", why]]), ...fix.split("\n").map((way) => ["fix", way])];
      return `\n${where}: ${what}\n${lines.map(([label, text]) => `  ${label}  ${text}\n`).join("")}`;
    })
    .join("");
}
