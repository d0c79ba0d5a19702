// Rules for tags: which characters a name and a value may have.
import type { Tags } from "./tag.ts";
import type { Violation } from "./violation.ts";

const NAME = /^[a-zA-Z0-9.\-_:/]*$/;
const VALUE = /^[a-zA-Z0-9.\-_:]*$/;
/** Characters of a name or a value. Kuma has no limit; each proxy of a mesh is told the services of all others. */
const LONGEST = 1024;

/** Violations of a set of tags, below the field that holds it: `["a b"]`, or nothing for the set itself. */
export function tagViolations(tags: Tags, options: { readonly wildcards?: boolean } = {}): readonly Violation[] {
  const found: Violation[] = [];
  for (const [name, value] of Object.entries(tags)) {
    const field = name === "" ? "" : tagField(name);
    if (name === "") found.push({ field, reason: "tag name must be non-empty" });
    else if (!NAME.test(name)) {
      const reason = "tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores";
      found.push({ field, reason });
    }
    if (name.length > LONGEST) found.push({ field: "", reason: `tag name must be no more than ${LONGEST} characters` });
    if (value.length > LONGEST) found.push({ field, reason: `tag value must be no more than ${LONGEST} characters` });
    if (value === "") found.push({ field, reason: "tag value must be non-empty" });
    else if (!VALUE.test(value) && !(options.wildcards && value === "*")) {
      found.push({ field, reason: "tag value must consist of alphanumeric characters, dots, dashes and underscores" });
    }
  }
  return found;
}

/** A key as Kuma writes it in a path: `["kuma.io/service"]`. */
export function tagField(name: string): string {
  return `[${JSON.stringify(name)}]`;
}
