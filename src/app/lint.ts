// Handlers of lint: what is doubtful now, and what would be after a change.
import { checkBody } from "#api/check.ts";
import { LINT_SEVERITIES, type WireFinding } from "#api/lint.ts";
import { change } from "#api/weft.ts";
import type { MeshFinding } from "#control/face/access.ts";
import { Fault } from "#model/fault.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { changeOf, readChange } from "./change.ts";
import { named } from "./why.ts";

export const lint: Handler<"api"> = async (call) => {
  const { app, caller, url } = call;
  const least = readSeverity(call);
  return answered(await app.reader.access.lint(caller, url.searchParams.get("mesh") || null), least, null);
};

export const lintChange: Handler<"api"> = async (call) => {
  const least = readSeverity(call);
  const body = checkBody(change, await readChange(call));
  const found = await call.app.writer.lint(call.caller, changeOf(call, body, true));
  return answered(found, least, call.url.searchParams.get("mesh") || null);
};

function readSeverity({ url }: ApiCall): number {
  const said = url.searchParams.get("severity") || "info";
  const at = (LINT_SEVERITIES as readonly string[]).indexOf(said);
  if (at >= 0) return at;
  const violations = [{ field: "severity", reason: `must be one of ${LINT_SEVERITIES.join(", ")}` }];
  throw new Fault("malformed", "Invalid query", { violations });
}

function answered(found: readonly MeshFinding[], least: number, mesh: string | null): Response {
  const items = found
    .filter((one) => LINT_SEVERITIES.indexOf(one.severity) <= least && (mesh === null || one.mesh === mesh))
    .map(findingView);
  return pretty({ total: items.length, items });
}

function findingView({ code, severity, mesh, kri, field, what, why, fix }: MeshFinding): WireFinding {
  return { code, severity, mesh, kri, ...named(kri), field, what, why, fix };
}
