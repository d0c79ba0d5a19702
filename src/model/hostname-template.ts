// Templates of host names: the part of Go's text/template that names need, rendered.

/** What a template may name; a label that is not there is an error. */
export interface HostnameFacts {
  readonly Name: string;
  readonly DisplayName: string;
  readonly Namespace: string;
  readonly Mesh: string;
  readonly Zone: string;
  readonly label: (key: string) => string | undefined;
}

type Part = { readonly text: string } | { readonly field: string } | { readonly label: string };

/** Stands where the text is no template of ours; `reason` in Go's words where it has some. */
export interface TemplateError {
  readonly reason: string;
}

const ACTION = /\{\{(-\s)?([\s\S]*?)(\s-)?\}\}/g;

/** The parts of a template: text, fields (`{{ .Name }}`) and labels (`{{ label "team" }}`). */
export function parseTemplate(template: string, fields: readonly string[] = FIELDS): readonly Part[] | TemplateError {
  const parts: Part[] = [];
  let at = 0;
  let trim = false;
  const text = (until: number, trimEnd: boolean): void => {
    let piece = template.slice(at, until);
    if (trim) piece = piece.trimStart();
    if (trimEnd) piece = piece.trimEnd();
    if (piece !== "") parts.push({ text: piece });
  };
  for (const match of template.matchAll(ACTION)) {
    text(match.index, match[1] !== undefined);
    at = match.index + match[0].length;
    trim = match[3] !== undefined;
    const action = (match[2] ?? "").trim();
    const comment = /^\/\*[\s\S]*\*\/$/.test(action);
    if (comment) continue;
    const part = partOf(action, fields);
    if (part === null || ("label" in part && fields !== FIELDS)) {
      const known = [...fields.map((field) => `{{ .${field} }}`), ...(fields === FIELDS ? ['{{ label "key" }}'] : [])];
      const told = [known.slice(0, -1).join(", "), known.at(-1)].filter(Boolean).join(" or ");
      return { reason: `couldn't parse template: ${JSON.stringify(match[0])} is not understood; use ${told}` };
    }
    parts.push(part);
  }
  text(template.length, false);
  if (template.slice(at).includes("{{")) return { reason: "couldn't parse template: template: :1: unclosed action" };
  return parts;
}

const FIELDS: readonly string[] = ["Name", "DisplayName", "Namespace", "Mesh", "Zone"];

function partOf(action: string, fields: readonly string[]): Part | null {
  const field = /^\.([A-Za-z0-9]+)$/.exec(action)?.[1];
  if (field !== undefined) return fields.includes(field) ? { field } : null;
  const label = /^label\s+(?:"((?:[^"\\\n])*)"|`([^`]*)`)$/.exec(action);
  if (label !== null) return { label: label[1] ?? label[2] ?? "" };
  const literal = /^(?:"((?:[^"\\\n])*)"|`([^`]*)`)$/.exec(action);
  return literal === null ? null : { text: literal[1] ?? literal[2] ?? "" };
}

/** A template, read once. */
export interface HostnameTemplate {
  /** Whether it names the zone: what it makes of a service then depends on it. */
  readonly usesZone: boolean;
  render(facts: HostnameFacts): { readonly hostname: string } | TemplateError;
}

/** Reads a template; what is wrong with it is told of each service that it is rendered for. */
export function openTemplate(template: string): HostnameTemplate {
  const parts = parseTemplate(template);
  if ("reason" in parts) return { usesZone: false, render: () => parts };
  return {
    usesZone: parts.some((part) => "field" in part && part.field === "Zone"),
    render: (facts) => renderParts(parts, facts),
  };
}

/** The host name that a template makes of a service, or why none. Whether it is a legal one is judged apart. */
export function renderTemplate(template: string, facts: HostnameFacts): { readonly hostname: string } | TemplateError {
  return openTemplate(template).render(facts);
}

function renderParts(parts: readonly Part[], facts: HostnameFacts): { readonly hostname: string } | TemplateError {
  let hostname = "";
  for (const part of parts) {
    if ("text" in part) hostname += part.text;
    else if ("field" in part) hostname += facts[part.field as Exclude<keyof HostnameFacts, "label">];
    else {
      const value = facts.label(part.label);
      if (value === undefined) return { reason: `couldn't render template: label ${part.label} not found` };
      hostname += value;
    }
  }
  return { hostname };
}

/** A template over fields of any names (`{{.svc}}.mesh`), rendered; no labels stand there. */
export function renderFields(
  template: string,
  values: Readonly<Record<string, string>>,
): { readonly text: string } | TemplateError {
  const parts = parseTemplate(template, Object.keys(values));
  if ("reason" in parts) return parts;
  return {
    text: parts.map((part) => ("text" in part ? part.text : "field" in part ? values[part.field] : "")).join(""),
  };
}
