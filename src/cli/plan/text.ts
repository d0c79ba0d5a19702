// A plan for people: its resources, what proxies get, who gains or loses access, which faults come and go, and how to commit it.
import type { OutcomeBody } from "#api/effect-shape.ts";
import type { PlanBody } from "#api/plan.ts";
import { differencesText, resourceText } from "#cli/history/difference-text.ts";
import { isProgram, type Output, printValue } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { letsInText } from "./access-text.ts";
import { cutText, proxyText, zoneText } from "./effect-text.ts";

type AccessBody = OutcomeBody["access"][number];

const MOST = 30;

/** Prints it in the form asked for. */
export function printPlan(terminal: Terminal, output: Output, plan: PlanBody): void {
  if (isProgram(output)) printValue(terminal, output, plan);
  else if (output === "name") terminal.out(`${plan.id}\n`);
  else {
    terminal.out(planText(terminal, plan));
    terminal.err(nextText(plan));
  }
}

function planText(terminal: Terminal, plan: PlanBody): string {
  const { changes, left = [], warnings } = plan;
  const parts = [
    changes.length === 0 ? "No resource differs.\n" : differencesText(terminal, changes),
    left.map((one) => `stays ${resourceText(one)}: ${one.why}\n`).join(""),
    outcomeText(terminal, plan),
    warnings.map((one) => `warning: ${resourceText(one)}: ${one.text}\n`).join(""),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** What a change does, or did. */
export function outcomeText(terminal: Terminal, { effect, access, faults, cut }: OutcomeBody): string {
  const zones = effect.zones.map((zone) => zoneText(terminal, zone)).filter((text) => text !== "");
  const parts = [
    zones.length === 0 ? "No proxy gets another config.\n" : zones.join("\n"),
    accessText(terminal, access),
    faultsText(terminal, faults),
    cutText(cut),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function accessText(terminal: Terminal, access: readonly AccessBody[]): string {
  if (access.length === 0) return "";
  const lines = access.slice(0, MOST).map((one) => {
    const { sign, style, text } = letsInText(one);
    return styled(terminal, style, `  ${sign} ${text}`);
  });
  if (access.length > MOST) lines.push(`  … and ${access.length - MOST} more; -o yaml shows all`);
  return `${styled(terminal, "bold", "Access")}\n${lines.join("\n")}\n`;
}

function faultsText(terminal: Terminal, { new: come, mended }: OutcomeBody["faults"]): string {
  if (come.length + mended.length === 0) return "";
  const line = ({ kri, field, reason, zones }: (typeof come)[number]): string =>
    `${kri}${field === "" ? "" : ` ${field}`}: ${reason.replace(/\p{Cc}/gu, "?")} (${zones.length === 1 ? "zone" : "zones"} ${zones.join(", ")})`;
  const lines = [
    ...come.slice(0, MOST).map((one) => styled(terminal, "red", `  new     ${line(one)}`)),
    ...mended.slice(0, MOST).map((one) => styled(terminal, "green", `  mended  ${line(one)}`)),
  ];
  return `${styled(terminal, "bold", "Faults")}\n${lines.join("\n")}\n`;
}

/** What it comes to, and what to do with it. */
export function nextText({ id, revision, changes, effect, expiresAt, committed, needs }: PlanBody): string {
  const count = changes.length === 1 ? "1 resource" : `${changes.length} resources`;
  const told = `Plan ${id} on revision ${revision}: ${count}, ${proxyText(effect.proxies)}.`;
  if (committed !== null) return `${told} Committed by revision ${committed}.\n`;
  if (needs.length > 0) return `${told} Before it is committed (until ${expiresAt}):\n${needsText(needs)}`;
  return `${told} Commit it with weft apply --plan-id ${id} (until ${expiresAt}).\n`;
}

/** What guard rails still want, and how to get it. */
function needsText(needs: PlanBody["needs"]): string {
  return needs
    .map(({ mesh, control, reason, fix }) => `  ChangeControl ${control} of mesh ${mesh}: ${reason}\n    ${fix}\n`)
    .join("");
}
