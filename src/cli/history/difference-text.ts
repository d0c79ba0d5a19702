// How resources differ, for people: a heading each, and the lines of YAML that go and come.
import { stringify } from "yaml";
import type { Terminal } from "#cli/terminal.ts";
import { styled } from "#cli/terminal.ts";
import { lineDiff } from "./line-diff.ts";

export interface Difference {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
  readonly change: "created" | "updated" | "deleted";
  readonly before: object | null;
  readonly after: object | null;
  readonly withheld?: true;
}

/** Members that no user writes. */
const COMPUTED: ReadonlySet<string> = new Set(["creationTime", "modificationTime", "kri", "snis", "status"]);

const STYLE = { "-": "red", "+": "green", "@": "dim" } as const;

/** `MeshTimeout slow in mesh default`. */
export function resourceText({ type, mesh, name }: Pick<Difference, "type" | "mesh" | "name">): string {
  return `${type} ${name}${mesh === "" ? "" : ` in mesh ${mesh}`}`;
}

/** One line each, to see at a glance what a change is about. */
export function summaryText(items: readonly Pick<Difference, "type" | "mesh" | "name" | "change">[]): string {
  return items.map((item) => `${item.change} ${resourceText(item)}\n`).join("");
}

/** All of them, with a line between. */
export function differencesText(terminal: Terminal, items: readonly Difference[]): string {
  return items.map((item) => differenceText(terminal, item)).join("\n");
}

function differenceText(terminal: Terminal, item: Difference): string {
  const heading = styled(terminal, "bold", `${item.change} ${resourceText(item)}`);
  const lines = lineDiff(contentText(item.before), contentText(item.after)).map(({ sign, text }) => {
    const line = `${sign} ${text}`.trimEnd();
    return sign === " " ? line : styled(terminal, STYLE[sign], line);
  });
  if (item.withheld === true) lines.push(styled(terminal, "dim", "  (secret content differs, and is withheld)"));
  return `${[heading, ...lines].join("\n")}\n`;
}

function contentText(body: object | null): string {
  if (body === null) return "";
  const members = Object.entries(body).filter(([member]) => !COMPUTED.has(member));
  return stringify(Object.fromEntries(members), { lineWidth: 0 });
}
