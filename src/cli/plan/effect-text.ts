// Effects for people: what happens to how many proxies, the same thing to many resources in one entry.
import type { OutcomeBody, ZoneEffectBody } from "#api/effect-shape.ts";
import { fieldPath } from "#cli/history/field-path.ts";
import type { TextOutput } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";

type Step = ZoneEffectBody["shapes"][number]["resources"][number]["patch"][number];

/** How much a form tells: names of one entry, lines of one patch, characters of one value. */
interface Most {
  readonly names: number;
  readonly lines: number;
  readonly value: number;
}

const ALL = Number.POSITIVE_INFINITY;
const MOST: Readonly<Record<TextOutput, Most>> = {
  table: { names: 3, lines: 8, value: 100 },
  wide: { names: ALL, lines: ALL, value: ALL },
};

const SIGN = { added: "+", removed: "-", changed: "~" } as const;
const STYLE = { added: "green", removed: "red", changed: "yellow" } as const;

/** One thing that happens to resources of several names, in several proxies. */
interface Entry {
  readonly kind: string;
  readonly change: keyof typeof SIGN;
  readonly patch: readonly Step[];
  readonly cut: boolean;
  readonly names: Set<string>;
  proxies: number;
}

/** A zone's part; empty where nothing differs. `wide` cuts nothing that is known of it. */
export function zoneText(terminal: Terminal, effect: ZoneEffectBody, form: TextOutput = "table"): string {
  const most = MOST[form];
  const lines: string[] = [];
  for (const change of ["added", "removed"] as const) {
    const shapes = effect.shapes.filter((shape) => shape.change === change);
    const count = shapes.reduce((sum, { proxies }) => sum + proxies.count, 0);
    if (count === 0) continue;
    const names = shapes.flatMap(({ mesh, proxies }) => proxies.names.map((name) => nameIn(mesh, name)));
    const deed = change === "added" ? "new" : "gone";
    lines.push(
      styled(terminal, STYLE[change], `  ${SIGN[change]} ${proxyText(count)} ${deed}: ${some(names, count, most)}`),
    );
  }
  for (const { kind, change, names, proxies, patch, cut } of entriesOf(effect)) {
    const what = `${kind} ${some([...names], names.size, most)}`;
    lines.push(`  ${styled(terminal, STYLE[change], `${SIGN[change]} ${what}`)} (${proxyText(proxies)})`);
    if (change !== "changed") continue;
    const told = stepLines(patch, most);
    lines.push(...told.slice(0, most.lines).map((line) => `      ${line}`));
    if (told.length > most.lines) lines.push(`      … and ${told.length - most.lines} more; -o wide shows all`);
    if (cut) lines.push("      (too large to keep)");
  }
  for (const { cluster, mesh, added, removed, changed, proxies } of effect.endpoints) {
    const counts = [`+${added.length}`, `-${removed.length}`, `~${changed.length}`].filter(
      (text) => !/^.0$/.test(text),
    );
    const callers = proxies === 0 ? "nobody calls it" : `${proxyText(proxies)} call it`;
    lines.push(`  ~ endpoints of ${nameIn(mesh, cluster)}: ${counts.join(" ") || "weights"} (${callers})`);
  }
  for (const { name, mesh, change } of effect.secrets)
    lines.push(`  ${SIGN[change]} secret ${nameIn(mesh, name)}: ${change}`);
  if (lines.length === 0) return "";
  const heading = `Zone ${effect.zone}: ${proxyText(effect.proxies)} ${effect.proxies === 1 ? "gets" : "get"} another config`;
  return `${styled(terminal, "bold", heading)}\n${lines.join("\n")}\n`;
}

/** `1 proxy`, `1,000 proxies`. */
export function proxyText(count: number): string {
  return count === 1 ? "1 proxy" : `${count.toLocaleString("en")} proxies`;
}

/** What was left out, one line; empty where nothing was. */
export function cutText(cut: OutcomeBody["cut"]): string {
  const parts = Object.entries(cut ?? {}).map(([what, count]) => `${count} ${what}`);
  return parts.length === 0 ? "" : `Left out, because the whole is too large: ${parts.join(", ")}.\n`;
}

/** Those that most proxies meet first. */
function entriesOf({ shapes }: ZoneEffectBody): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const { change: whole, proxies, resources } of shapes) {
    if (whole !== "changed") continue;
    const counted = new Set<Entry>();
    for (const { kind, name, change, patch, cut } of resources) {
      const key = JSON.stringify([kind, change, change === "changed" ? patch : [], cut === true]);
      const entry: Entry = found.get(key) ?? { kind, change, patch, cut: cut === true, names: new Set(), proxies: 0 };
      found.set(key, entry);
      entry.names.add(name);
      if (!counted.has(entry)) entry.proxies += proxies.count;
      counted.add(entry);
    }
  }
  return [...found.values()].sort((a, b) => b.proxies - a.proxies);
}

/** A line a step: `connectTimeout: 5s → 9s`. */
function stepLines(steps: readonly Step[], most: Most): readonly string[] {
  const lines: string[] = [];
  let tested: Step | null = null;
  for (const step of steps) {
    if (step.op === "test") {
      tested = step;
      continue;
    }
    const old = tested?.path === step.path ? valueText(tested.value, most) : "";
    const field = fieldPath(step.path) || "all";
    if (step.op === "replace") lines.push(`${field}: ${old} → ${valueText(step.value, most)}`);
    else if (step.op === "remove") lines.push(`- ${field}: ${old}`);
    else lines.push(`+ ${field}: ${valueText(step.value, most)}`);
    tested = null;
  }
  return lines;
}

function valueText(value: unknown, most: Most): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "?");
  return line.length > most.value ? `${line.slice(0, most.value)}…` : line;
}

/** The first names, and how many more of `count`. */
function some(names: readonly string[], count: number, most: Most): string {
  const first = [...names].sort().slice(0, most.names);
  return count > first.length
    ? `${first.join(", ")} and ${(count - first.length).toLocaleString("en")} more`
    : first.join(", ");
}

function nameIn(mesh: string, name: string): string {
  return mesh === "" ? name : `${mesh}.${name}`;
}
