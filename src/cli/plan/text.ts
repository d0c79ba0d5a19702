// A plan for people: its resources, what proxies get, who gains or loses access, which faults come and go, and how to commit it.
import type { OutcomeBody } from "#api/effect-shape.ts";
import type { PlanBody } from "#api/plan.ts";
import { testsText } from "#cli/access/test-text.ts";
import { planUrl } from "#cli/console-url.ts";
import type { Target } from "#cli/context.ts";
import { differencesText, resourceText } from "#cli/history/difference-text.ts";
import { isText, type Output, printAnswer, type TextOutput } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { letsInText } from "./access-text.ts";
import { cutText, proxyText, zoneText } from "./effect-text.ts";

type AccessBody = OutcomeBody["access"][number];

const MOST = 30;

/** What to do where there is no such plan. */
export const SEE_PLANS = "weft plan list shows those that are kept";

/** Whose plan it is: by that its page is found. */
type Of = Pick<Target, "controlPlane" | "organisation">;

/** Prints it in the form asked for. */
export function printPlan(terminal: Terminal, output: Output, plan: PlanBody, of: Of): void {
  printAnswer(terminal, output, { value: plan, name: plan.id, text: (form) => planText(terminal, plan, form) });
  if (isText(output)) terminal.err(nextText(plan, of));
}

function planText(terminal: Terminal, plan: PlanBody, form: TextOutput): string {
  const { changes, left = [], warnings } = plan;
  const parts = [
    changes.length === 0 ? "No resource differs.\n" : differencesText(terminal, changes),
    left.map((one) => `stays ${resourceText(one)}: ${one.why}\n`).join(""),
    outcomeText(terminal, plan, form),
    testsText(terminal, plan.tests),
    warnings.map((one) => `warning: ${resourceText(one)}: ${one.text}\n`).join(""),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** What a change does, or did; `wide` leaves out nothing that is known of it. */
export function outcomeText(
  terminal: Terminal,
  { effect, access, faults, cut }: OutcomeBody,
  form: TextOutput = "table",
): string {
  const most = form === "wide" ? Number.POSITIVE_INFINITY : MOST;
  const zones = effect.zones.map((zone) => zoneText(terminal, zone, form)).filter((text) => text !== "");
  const parts = [
    zones.length === 0 ? "No proxy gets another config.\n" : zones.join("\n"),
    accessText(terminal, access, most),
    faultsText(terminal, faults, most),
    cutText(cut),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function accessText(terminal: Terminal, access: readonly AccessBody[], most: number): string {
  if (access.length === 0) return "";
  const lines = access.slice(0, most).map((one) => {
    const { sign, style, text } = letsInText(one);
    return styled(terminal, style, `  ${sign} ${text}`);
  });
  if (access.length > most) lines.push(`  … and ${access.length - most} more; -o wide shows all`);
  return `${styled(terminal, "bold", "Access")}\n${lines.join("\n")}\n`;
}

function faultsText(terminal: Terminal, { new: come, mended }: OutcomeBody["faults"], most: number): string {
  if (come.length + mended.length === 0) return "";
  const line = ({ kri, field, reason, zones }: (typeof come)[number]): string =>
    `${kri}${field === "" ? "" : ` ${field}`}: ${reason.replace(/\p{Cc}/gu, "?")} (${zones.length === 1 ? "zone" : "zones"} ${zones.join(", ")})`;
  const lines = [
    ...come.slice(0, most).map((one) => styled(terminal, "red", `  new     ${line(one)}`)),
    ...mended.slice(0, most).map((one) => styled(terminal, "green", `  mended  ${line(one)}`)),
  ];
  const more = Math.max(0, come.length - most) + Math.max(0, mended.length - most);
  if (more > 0) lines.push(`  … and ${more} more; -o wide shows all`);
  return `${styled(terminal, "bold", "Faults")}\n${lines.join("\n")}\n`;
}

interface Approving {
  readonly of: Of;
  /** A sentence without its end. */
  readonly deed: string;
}

/** Prints how many approve it now. */
export function printApprovals(terminal: Terminal, output: Output, plan: PlanBody, { of, deed }: Approving): void {
  const text = (): string => `${deed}: ${plan.approvals.length} in all.\n`;
  printAnswer(terminal, output, { value: plan, name: plan.id, text });
  if (isText(output)) terminal.err(nextText(plan, of));
}

/** What it comes to, what to do with it, and its page where there is something to do. */
function nextText(plan: PlanBody, of: Of): string {
  const { id, changes, committed } = plan;
  const page = committed === null && changes.length > 0 ? `Its page, also for others: ${planUrl(of, id)}\n` : "";
  return `${standingText(plan)}${page}`;
}

function standingText(shown: PlanBody): string {
  const { id, revision, changes, effect, expiresAt, committed, needs, stale, ...plan } = shown;
  const count = changes.length === 1 ? "1 resource" : `${changes.length} resources`;
  const told = `Plan ${id} on revision ${revision}: ${count}, ${proxyText(effect.proxies)}.`;
  if (committed !== null) return `${told} Committed by revision ${committed}.\n`;
  const { required, given } = plan.approval;
  const who = plan.approvals.map(({ actor }) => actor).join(", ");
  const approved = required === 0 && who === "" ? "" : ` Approvals: ${given} of ${required}${who && ` (${who})`}.`;
  if (stale !== null) return `${told} It can be committed no more: ${stale.reason}.\n${movedText(stale.moved)}`;
  if (changes.length === 0) return `${told} There is nothing to commit.\n`;
  if (needs.length > 0) return `${told}${approved} Before it is committed (until ${expiresAt}):\n${needsText(needs)}`;
  return `${told}${approved} Commit it with weft apply --plan-id ${id} (until ${expiresAt}).\n`;
}

/** What moved, and what would come out differently. */
function movedText(moved: readonly { readonly field: string; readonly reason: string }[]): string {
  return moved.map(({ field, reason }) => `  ${field} ${reason.replace(/\p{Cc}/gu, "?")}\n`).join("");
}

/** What guard rails still want, and how to get it. */
function needsText(needs: PlanBody["needs"]): string {
  return needs
    .map(
      ({ kind, mesh, control, reason, fix }) =>
        `  ${kind === "test" ? "AccessTest" : "ChangeControl"} ${control} of mesh ${mesh}: ${reason}\n    ${fix}\n`,
    )
    .join("");
}
