// Where sealed texts lie in the store, and as what each was sealed.

import { nameOf, PURPOSE } from "#control/authority/held-issuer.ts";
import { kindOfType } from "#model/kinds.ts";
import { type Resource, shownKey } from "#model/resource.ts";
import type { SealedPage, SealedTable } from "#store/face/sealed.ts";
import { pastOf } from "#store/row.ts";
import type { SealContext } from "#trust/seal.ts";
import { sealedKeysIn } from "./inline-key.ts";
import type { SealContexts, SealedText, Vault } from "./vault.ts";

type Row = SealedPage["rows"][number];

interface Place {
  /** What people read. */
  readonly kind: string;
  /** Which row it is, as a person would find it. */
  shown(row: Row): string;
  texts(row: Row, of: SealContexts): readonly (SealedText | null)[];
}

/** One row each table. */
export const SEALED: Readonly<Record<SealedTable, Place>> = {
  resource: {
    kind: "resources",
    shown: (row) => shownKey(keyOf(row)),
    texts: (row, of) => textsOf({ ...keyOf(row), labels: {}, spec: JSON.parse(String(row.spec)) } as Resource, of),
  },
  revision_change: {
    kind: "history",
    shown: (row) => `${shownKey(keyOf(row))} in revision ${row.revision}`,
    texts: (row, of) =>
      [row.before, row.after].flatMap((past) =>
        typeof past === "string" ? textsOf(pastOf(keyOf(row), past) as Resource, of) : [],
      ),
  },
  plan_part: {
    kind: "plans",
    shown: ({ plan }) => `the plan ${plan}`,
    texts: ({ sealed, plan, part }, of) => [textAt(sealed, of.plan(String(plan), Number(part)))],
  },
  signing_key: {
    kind: "signing keys",
    shown: ({ kid }) => `the signing key ${kid}`,
    texts: ({ sealed_key, purpose, kid }, of) => [textAt(sealed_key, of.key(String(purpose), String(kid)))],
  },
  issuer: {
    kind: "issuers",
    shown: ({ mesh, key_id }) => `the issuer ${key_id} of the mesh ${mesh}`,
    texts: ({ sealed_key, mesh, key_id }, of) => [
      textAt(sealed_key, of.key(PURPOSE, nameOf(String(mesh), String(key_id)))),
    ],
  },
  webhook: {
    kind: "webhooks",
    shown: ({ id }) => `the webhook ${id}`,
    texts: ({ id, secret, older_secret }, of) =>
      [secret, older_secret].map((text) => textAt(text, of.webhook(String(id)))),
  },
};

/** The sealed texts in a row, each once. */
export function sealedTextsIn(table: SealedTable, row: Row, of: SealContexts): readonly SealedText[] {
  const found = SEALED[table].texts(row, of).filter((one) => one !== null);
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

/** The resource as it is written again: what lay sealed under an older key is sealed under the current one. */
export async function renewed(resource: Resource, vault: Vault): Promise<Resource> {
  let spec: string | undefined;
  for (const one of textsOf(resource, vault.of)) {
    if (one === null) continue;
    const text = await vault.renew(one);
    if (text !== one.text) spec = (spec ?? JSON.stringify(resource.spec)).replaceAll(one.text, text);
  }
  return spec === undefined ? resource : { ...resource, spec: JSON.parse(spec) };
}

function textAt(text: Row[string] | undefined, context: SealContext): SealedText | null {
  return typeof text === "string" ? { text, context } : null;
}

function keyOf({ type, mesh, name }: Row): Pick<Resource, "type" | "mesh" | "name"> {
  return { type: String(type), mesh: String(mesh), name: String(name) };
}

function textsOf(resource: Resource, of: SealContexts): readonly (SealedText | null)[] {
  const inline = sealedKeysIn(resource).map(({ slot, text }) => ({ text, context: of.inlineKey(resource, slot) }));
  if (kindOfType(resource.type)?.secret !== true) return inline;
  const { data } = resource.spec as { readonly data?: string };
  return [...inline, textAt(data, of.secret(resource))];
}
