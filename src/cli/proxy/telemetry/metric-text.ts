// Prometheus' text format and OpenMetrics, read and written.

export interface Sample {
  /** With its suffix: `requests_bucket`. */
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** As it was written: `5`, `+Inf`. */
  readonly value: string;
  /** Milliseconds since the epoch, where one was told. */
  readonly time: string | undefined;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

/** What OpenMetrics calls otherwise. */
const TYPES: Readonly<Record<string, string>> = {
  unknown: "untyped",
  info: "gauge",
  stateset: "gauge",
  gaugehistogram: "untyped",
};

const SUFFIXES = ["_bucket", "_sum", "_count"];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_.:]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const REST = /^\s+(\S+)(?:\s+(-?[\d.]+))?(?:\s+#\s+\{.*)?\s*$/;

/** The families of a page, by name; lines that are none are left out. */
export function readMetrics(text: string, openMetrics = false): Map<string, Family> {
  const families = new Map<string, Family>();
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const familyOf = (sample: string): Family => {
    const base = SUFFIXES.map((end) => (sample.endsWith(end) ? sample.slice(0, -end.length) : "")).find(
      (name) => name !== "" && /^(histogram|summary)$/.test(types.get(name) ?? ""),
    );
    // A counter of OpenMetrics is named without the ending that its sample has.
    const plain = sample.replace(/_(total|info)$/, "");
    const name = base ?? sample;
    const known = families.get(name);
    if (known !== undefined) return known;
    const told = types.has(name) || !openMetrics ? name : plain;
    const type = types.get(told) ?? "untyped";
    const made: Family = { name, type: TYPES[type] ?? type, help: helps.get(told) ?? "", samples: [] };
    families.set(name, made);
    return made;
  };
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) {
      const [, what = "", name = "", rest = ""] = /^#\s+(HELP|TYPE)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
      if (what === "TYPE") types.set(name, rest.trim());
      if (what === "HELP") helps.set(name, rest);
      continue;
    }
    const sample = readSample(line, openMetrics);
    if (sample === null) continue;
    if (openMetrics && sample.name.endsWith("_created") && !types.has(sample.name)) continue;
    familyOf(sample.name).samples.push(sample);
  }
  return families;
}

/** An exemplar behind the value is left aside: ` # {trace_id="x"} 0.5`. */
function readSample(line: string, openMetrics: boolean): Sample | null {
  const [name] = NAME.exec(line) ?? [];
  if (name === undefined) return null;
  const labels: [string, string][] = [];
  let at = name.length;
  const open = /^\s*\{/.exec(line.slice(at));
  if (open !== null) {
    at += open[0].length;
    while (line[at] !== "}") {
      LABEL.lastIndex = at;
      const [found, key = "", said = ""] = LABEL.exec(line) ?? [];
      if (found === undefined) return null;
      labels.push([key, said.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one))]);
      at += found.length;
    }
    at += 1;
  }
  const [, value, time] = REST.exec(line.slice(at)) ?? [];
  if (value === undefined) return null;
  // Seconds there, milliseconds here.
  const told = time === undefined ? undefined : openMetrics ? String(Math.round(Number(time) * 1000)) : time;
  return { name, labels, value, time: told };
}

/** A page of Prometheus' text format 0.0.4. */
export function writeMetrics(families: Iterable<Family>): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    if (help !== "") lines.push(`# HELP ${name} ${help}`);
    lines.push(`# TYPE ${name} ${type}`);
    for (const sample of samples) lines.push(lineOf(sample));
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function lineOf({ name, labels, value, time }: Sample): string {
  const told = labels.map(([key, said]) => `${key}="${said.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`);
  return `${name}${told.length === 0 ? "" : `{${told.join(",")}}`} ${value}${time === undefined ? "" : ` ${time}`}`;
}

/** The family with labels added to each sample; what a sample says itself stands. */
export function withLabels(family: Family, labels: Readonly<Record<string, string>>): Family {
  const more = Object.entries(labels).map(([key, value]) => [key.replaceAll(/[^a-zA-Z0-9_]/g, "_"), value] as const);
  const samples = family.samples.map((sample) => {
    const own = new Set(sample.labels.map(([key]) => key));
    return { ...sample, labels: [...sample.labels, ...more.filter(([key]) => !own.has(key))] };
  });
  return { ...family, samples };
}
