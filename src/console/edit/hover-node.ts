// What a hover shows: what the member is, what it takes.
import type { Say } from "#console/text/say.ts";
import type { Hover } from "./hover.ts";

/** Members that mean the same wherever they stand, and have a text of their own. */
const KNOWN = [
  "type",
  "mesh",
  "name",
  "labels",
  "spec",
  "targetRef",
  "to",
  "from",
  "rules",
  "default",
  "sectionName",
  "backendRefs",
] as const;
type Known = (typeof KNOWN)[number];

export function hoverNode(hover: Hover, say: Say): HTMLElement {
  const { field, name, types, values, isRequired, fallback, least, most, description } = hover;
  const about = KNOWN.includes(name as Known) ? say(`editor.doc.${name as Known}`) : "";
  const rows = [
    about,
    description,
    values.length === 0 ? "" : say("editor.hover.values", { values: values.join(", ") }),
    fallback === "" ? "" : say("editor.hover.default", { value: fallback }),
    least === null || most === null ? "" : say("editor.hover.bounds", { least: String(least), most: String(most) }),
    isRequired ? say("editor.hover.required") : "",
  ];
  const head = node("strong", field);
  head.append(" ", node("span", types.join(" | "), "soft"));
  const whole = node("div", "", "code-hover");
  whole.append(head, ...rows.filter((row) => row !== "").map((row) => node("p", row)));
  return whole;
}

/** Text is put in as text, whoever wrote it. */
function node(tag: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}
