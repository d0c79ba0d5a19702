// Recorded answers of a stock kuma-cp: one file a subject, each resource once however many answers hold it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "#model/json.ts";
import type { Answer, ProxyAnswer } from "./answer.ts";

const FOLDER = fileURLToPath(new URL("golden/", import.meta.url));

/** Names of bodies in place of the bodies. */
interface Packed {
  readonly refused?: readonly string[];
  readonly proxies: Readonly<Record<string, { readonly rules: Names; readonly config: Names | null }>>;
}
type Names = Readonly<Record<string, number>>;

interface RecordedFile {
  readonly bodies: readonly Json[];
  readonly answers: Readonly<Record<string, Packed>>;
}

const fileOf = (subject: string): string => join(FOLDER, `${subject}.json`);

/** The answers of a subject by the scenario's mesh; empty where none is recorded. */
export function readRecorded(subject: string): Readonly<Record<string, Answer>> {
  if (!existsSync(fileOf(subject))) return {};
  const { bodies, answers } = JSON.parse(readFileSync(fileOf(subject), "utf8")) as RecordedFile;
  const unpacked = (names: Names): Record<string, Json> =>
    Object.fromEntries(Object.entries(names).map(([name, at]) => [name, bodies[at] as Json]));
  return Object.fromEntries(
    Object.entries(answers).map(([scenario, { proxies, ...more }]) => {
      const list = Object.entries(proxies).map(([name, { rules, config }]): [string, ProxyAnswer] => [
        name,
        { rules: unpacked(rules), config: config === null ? null : unpacked(config) },
      ]);
      return [scenario, { ...more, proxies: Object.fromEntries(list) }];
    }),
  );
}

/** Writes the answers of a subject, one body a line. */
export function writeRecorded(subject: string, answers: Readonly<Record<string, Answer>>): void {
  const places = new Map<string, number>();
  const packed = (bodies: Readonly<Record<string, Json>>): Names =>
    Object.fromEntries(
      Object.entries(bodies).map(([name, body]) => {
        const text = JSON.stringify(body);
        const place = places.get(text) ?? places.size;
        places.set(text, place);
        return [name, place];
      }),
    );
  const entries = Object.entries(answers).map(([scenario, { proxies, ...more }]) => {
    const list = Object.entries(proxies).map(([name, { rules, config }]) => [
      name,
      { rules: packed(rules), config: config === null ? null : packed(config) },
    ]);
    return `${JSON.stringify(scenario)}:${JSON.stringify({ ...more, proxies: Object.fromEntries(list) })}`;
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    fileOf(subject),
    `{"answers":{\n${entries.join(",\n")}\n},"bodies":[\n${[...places.keys()].join(",\n")}\n]}\n`,
  );
}

/** Forgets the recordings of subjects that there are no more. */
export function keepRecorded(subjects: ReadonlySet<string>): void {
  for (const file of existsSync(FOLDER) ? readdirSync(FOLDER) : []) {
    if (!subjects.has(file.replace(/\.json$/, ""))) rmSync(join(FOLDER, file));
  }
}
