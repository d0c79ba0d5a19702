// Problems of what users wrote: faults in statuses, and findings of lint. Pure.
import type { MeshFinding } from "#control/face/access.ts";
import type { ShownFault } from "#control/fault-book.ts";
import { REFUSAL } from "#control/refusal.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { type About, type Problem, problem } from "./problem.ts";
import { counted } from "./standing-problem.ts";

/** What the compiler could not use; what Envoys refuse is told of by their proxies. */
export function faultProblems(faults: ReadonlyMap<string, readonly ShownFault[]>): readonly Problem[] {
  return [...faults].flatMap(([kri, all]) => {
    const own = all.filter(({ reason }) => !reason.startsWith(REFUSAL));
    const [first] = own;
    if (first === undefined) return [];
    const about = aboutKri(kri);
    const words = first.field === "" ? first.reason : `${first.field}: ${first.reason}`;
    const text = `${about.type} ${about.name} has ${counted(own.length, "part that is", "parts that are")} left out of the config`;
    return [problem("resource.fault", text, about, { words, count: own.length })];
  });
}

/** Errors one by one; of warnings those of one rule in one mesh together. */
export function lintProblems(findings: readonly MeshFinding[]): readonly Problem[] {
  const warnings = new Map<string, MeshFinding[]>();
  const found: Problem[] = [];
  for (const finding of findings) {
    const { severity, mesh, kri, code, what, why } = finding;
    if (severity === "error") found.push(problem("lint.error", what, { ...aboutKri(kri), mesh }, { words: why }));
    if (severity !== "warning") continue;
    const key = `${mesh} ${code}`;
    warnings.set(key, [...(warnings.get(key) ?? []), finding]);
  }
  for (const alike of warnings.values()) {
    const [first] = alike as [MeshFinding];
    const { mesh, kri, what, why, code } = first;
    const text = alike.length === 1 ? what : `${alike.length} findings ${code} in mesh ${mesh}, the first: ${what}`;
    found.push(problem("lint.warning", text, { ...aboutKri(kri), mesh }, { words: why, count: alike.length }));
  }
  return found;
}

function aboutKri(kri: string): About {
  const parts = parseKri(kri);
  const type = ALL_KINDS.find(({ shortName }) => shortName === parts?.shortName)?.type ?? "";
  return { type, mesh: parts?.mesh ?? "", name: parts?.name ?? "", kri };
}
