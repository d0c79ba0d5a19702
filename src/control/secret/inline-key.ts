// Private keys that stand inline in resources: sealed in the store, withheld in answers, opened for who may reveal them.
import type { DataSource } from "#model/data-source.ts";
import type { KeyPlace } from "#model/kind.ts";
import { kindOfType } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { at, type Violation } from "#model/violation.ts";
import type { Vault } from "./vault.ts";

/** What a stored key source begins with once it is sealed; no PEM and no base64 does. */
const SEALED = "sealed:";
/** What answers show in place of an inline key, and what a write may send back to keep it. */
const WITHHELD: DataSource = { inlineString: "[sealed]" };

/** The resource as it is stored, or violations where a withheld mark came back and there is nothing to keep. */
export async function sealKeys(
  resource: Resource,
  before: Resource | null,
  vault: Vault,
): Promise<Resource | readonly Violation[]> {
  const wrong: Violation[] = [];
  const old = new Map(before === null ? [] : keySourcesIn(before).map(({ slot, source }) => [slot, source]));
  const made = await changed(resource, async ({ at: path, slot, source }) => {
    const stored = await sealed(resource, slot, source, old.get(slot), vault);
    if (stored !== null) return stored;
    const field = at(...(kindOfType(resource.type)?.envelope === "spec" ? ["spec"] : []), ...path);
    wrong.push({ field, reason: "is withheld in answers and there is no key to keep: write the key itself" });
    return source;
  });
  return wrong.length > 0 ? wrong : made;
}

/** The resource as it was written. */
export function revealKeys(resource: Resource, vault: Vault): Promise<Resource> {
  return changed(resource, ({ slot, source }) => revealSource(resource, slot, source, vault));
}

/** The resource as everybody may see it: no inline key. */
export function withholdKeys(resource: Resource): Resource {
  let { spec } = resource;
  for (const { at: path, source } of keySourcesIn(resource))
    if (isSealed(source)) spec = replaced(spec, path, WITHHELD);
  return spec === resource.spec ? resource : { ...resource, spec };
}

/** The resource as it is shown whoever asks: no content of a Secret, and no inline key. */
export function withoutSecrets(resource: Resource): Resource {
  return kindOfType(resource.type)?.secret === true ? { ...resource, spec: {} } : withholdKeys(resource);
}

/** Whether the resource holds an inline key. */
export function holdsKey(resource: Resource): boolean {
  return keySourcesIn(resource).some(({ source }) => isSealed(source));
}

/** The sealed texts of the inline keys, each with its slot. */
export function sealedKeysIn(resource: Resource): readonly { readonly slot: string; readonly text: string }[] {
  return keySourcesIn(resource).flatMap(({ slot, source }) =>
    isSealed(source) ? [{ slot, text: source.inlineString?.slice(SEALED.length) ?? "" }] : [],
  );
}

/** One key's source as it was written. */
export async function revealSource(
  owner: Pick<Resource, "type" | "mesh" | "name">,
  slot: string,
  source: DataSource,
  vault: Vault,
): Promise<DataSource> {
  const { inlineString: text } = source;
  if (text === undefined || !isSealed(source)) return source;
  return JSON.parse((await vault.openInlineKey(owner, slot, text.slice(SEALED.length))).reveal()) as DataSource;
}

async function sealed(
  owner: Resource,
  slot: string,
  source: DataSource,
  before: DataSource | undefined,
  vault: Vault,
): Promise<DataSource | null> {
  if (source.inline === undefined && source.inlineString === undefined) return source;
  const kept = before !== undefined && isSealed(before) ? before : null;
  if (source.inlineString === WITHHELD.inlineString) return kept;
  const text = JSON.stringify(source);
  // The same key keeps its sealed text, so that writing it again changes nothing.
  if (kept !== null && JSON.stringify(await revealSource(owner, slot, kept, vault)) === text) return kept;
  return { inlineString: SEALED + (await vault.sealInlineKey(owner, slot, new Sealed(text))) };
}

export interface KeySource extends KeyPlace {
  readonly source: DataSource;
}

/** Data sources of the resource's private keys. */
export function keySourcesIn({ type, spec }: Resource): readonly KeySource[] {
  const places = kindOfType(type)?.keyPlaces?.(spec) ?? [];
  return places.map((place) => ({ ...place, source: found(spec, place.at) as DataSource }));
}

/** With each key's source replaced; the same object where none is. */
async function changed(resource: Resource, by: (place: KeySource) => Promise<DataSource>): Promise<Resource> {
  let { spec } = resource;
  for (const place of keySourcesIn(resource)) {
    const source = await by(place);
    if (source !== place.source) spec = replaced(spec, place.at, source);
  }
  return spec === resource.spec ? resource : { ...resource, spec };
}

function isSealed({ inlineString }: DataSource): boolean {
  return inlineString?.startsWith(SEALED) === true;
}

type Holder = Readonly<Record<string | number, unknown>>;

function found(value: unknown, path: KeyPlace["at"]): unknown {
  return path.reduce((held, step) => (held as Holder)[step], value);
}

function replaced(value: unknown, [step, ...rest]: KeyPlace["at"], by: unknown): unknown {
  if (step === undefined) return by;
  const made = replaced((value as Holder)[step], rest, by);
  if (Array.isArray(value)) return value.with(step as number, made);
  return { ...(value as Holder), [step]: made };
}
