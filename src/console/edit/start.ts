// How an edit begins: from the draft where there is one, else from what is held, else from the kind's template.
import { useEffect, useState } from "react";
import type { SchemaBody } from "#api/schema.ts";
import { type Draft, draftsOf } from "./draft.ts";
import type { Held } from "./held.ts";
import { ownMembers } from "./own-members.ts";
import type { Reader } from "./reader.ts";
import type { Shape } from "./shape.ts";
import { templateFor } from "./template.ts";
import type { Format } from "./tree.ts";

/** What the text is measured against. */
export interface Base {
  readonly text: string;
  /** JSON of what may be written; null = of nothing. */
  readonly json: string | null;
  readonly etag: string | null;
  readonly kri: string;
}

export interface Start {
  readonly base: Base;
  readonly text: string;
  readonly format: Format;
  readonly draft: Draft | null;
}

export async function baseOf(reader: Reader, { schema }: SchemaBody, held: Held, format: Format): Promise<Base> {
  const json = JSON.stringify(ownMembers(held.resource, schema as Shape));
  const text = await reader.ask("write", { json, format });
  return { text, json, etag: held.etag, kri: String(held.resource.kri ?? "") };
}

interface Asked {
  readonly reader: Reader;
  readonly kind: SchemaBody;
  readonly held: Held | null;
  readonly mesh: string;
  readonly draftKey: string;
  /** JSON that is written from the start instead of what is held; null = none. */
  readonly given: string | null;
}

/** Null until it is known; it is asked for once. */
export function useStart({ reader, kind, held, mesh, draftKey, given }: Asked): Start | null {
  const [start, setStart] = useState<Start | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [asked] = useState({ kind, held, mesh, draftKey, given });
  useEffect(() => {
    let isOpen = true;
    void (async () => {
      const draft = await draftsOf(asked.kind).get(asked.draftKey);
      const format = draft?.format ?? "yaml";
      const base =
        asked.held === null
          ? { text: templateFor(asked.kind.template, asked.mesh), json: null, etag: null, kri: "" }
          : await baseOf(reader, asked.kind, asked.held, format);
      const text = asked.given === null ? base.text : await reader.ask("write", { json: asked.given, format });
      if (isOpen) setStart({ base, text: draft?.text ?? text, format, draft });
    })().catch((cause: Error) => isOpen && setError(cause));
    return () => {
      isOpen = false;
    };
  }, [reader, asked]);
  if (error !== null) throw error;
  return start;
}
