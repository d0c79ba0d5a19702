// What an organisation may be called: a DNS label, for its name stands in addresses.
import { SHORT_NAME_LENGTH } from "#model/name.ts";

export const NAME_RULES = ["signs", "start", "end", "length"] as const;
export type NameRule = (typeof NAME_RULES)[number];

const BROKEN: Readonly<Record<NameRule, RegExp>> = {
  signs: /[^a-z0-9-]/,
  start: /^[^a-z]/,
  end: /[^a-z0-9]$/,
  length: new RegExp(`^.{${SHORT_NAME_LENGTH + 1},}$`),
};

/** The rules that the name breaks, in the order of the table; an empty name breaks none yet. */
export function brokenRules(name: string): readonly NameRule[] {
  return NAME_RULES.filter((rule) => BROKEN[rule].test(name));
}

/** What was typed as a name, where it is plain what was meant: `Acme Shop` is acme-shop. */
export function nameOf(typed: string): string {
  return typed.toLowerCase().replaceAll(/[\s_.]+/g, "-");
}
