// What a user has said of redirection, by files and by flags; later ones win.
import { parseDocument } from "yaml";
import { Failure } from "#cli/failure.ts";
import { OTHERS, SETTING_ROWS, type SettingPath, type SettingRow } from "./setting-rows.ts";
import { READINGS } from "./setting-value.ts";

/** By path, as the row's kind reads them; every row with a fallback has one. */
export type Given = ReadonlyMap<SettingPath, unknown>;

export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/** Values of commander's options, by its names for them. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** Throws Failure with everything that is wrong at once. */
export function givenOf(files: readonly ConfigFile[], flags: FlagValues): Given {
  const given = new Map<SettingPath, unknown>();
  const faults: string[] = [];
  for (const row of SETTING_ROWS as readonly (SettingRow & { path: SettingPath })[])
    if (row.fallback !== undefined) given.set(row.path, row.fallback);
  const take = (row: SettingRow, said: unknown, where: string): void => {
    const { read, expected } = READINGS[row.kind];
    const value = read(said);
    if (value === null) faults.push(`${where}: ${JSON.stringify(said)} is not ${expected}`);
    else given.set(row.path as SettingPath, value);
  };
  for (const { name, text } of files) {
    for (const [path, said] of leavesOf({ name, text }, faults)) {
      const row = SETTING_ROWS.find((one) => one.path === path);
      if (row !== undefined) take(row, said, `${name}: ${path}`);
      else if (!OTHERS.some((other) => path === other || path.startsWith(`${other}.`)))
        faults.push(`${name}: ${path} is no setting`);
    }
  }
  for (const row of SETTING_ROWS) {
    const said = flags[optionOf(row.flags)];
    if (said !== undefined) take(row, said, flagOf(row.flags));
  }
  if (faults.length === 0) return given;
  throw new Failure("usage", {
    what: "the transparent proxy cannot be set up like this",
    why: faults.join("\n"),
    fix: "weft install transparent-proxy --help shows what each setting takes",
  });
}

/** `--redirect-dns [boolean]` → `--redirect-dns`. */
function flagOf(flags: string): string {
  return flags.split(" ")[0] ?? "";
}

/** Commander's name of an option. */
function optionOf(flags: string): string {
  return flagOf(flags)
    .slice(2)
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function leavesOf({ name, text }: ConfigFile, faults: string[]): readonly (readonly [string, unknown])[] {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    faults.push(`${name}: invalid YAML: ${error.message}`);
    return [];
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (value === null || value === undefined) return [];
  if (isRecord(value)) return flat(value, "");
  faults.push(`${name}: a mapping of settings is expected`);
  return [];
}

function flat(record: Readonly<Record<string, unknown>>, prefix: string): readonly (readonly [string, unknown])[] {
  return Object.entries(record).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    if (value === null || value === undefined) return [];
    return isRecord(value) ? flat(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
