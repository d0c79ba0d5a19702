// The editor of one resource.
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import type { SchemaBody } from "#api/schema.ts";
import { ask } from "#console/data/api.ts";
import { draftKeyOf } from "#console/edit/draft.ts";
import { type Held, heldQuery } from "#console/edit/held.ts";
import { ownMembers } from "#console/edit/own-members.ts";
import { createReader } from "#console/edit/reader.ts";
import type { Shape } from "#console/edit/shape.ts";
import { useStart } from "#console/edit/start.ts";
import { Workbench } from "#console/edit/workbench.tsx";
import { Page } from "#console/part/page.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import "#console/style/edit.css";
import { useSay } from "#console/text/say.ts";

export function Edit(): ReactNode {
  const { org = "", mesh = "", plural = "", name = "" } = useParams({ strict: false });
  const { revision } = useSearch({ strict: false });
  return <Standing {...{ org, mesh, plural, name, revision }} />;
}

interface StandingProps {
  readonly org: string;
  readonly mesh: string;
  readonly plural: string;
  readonly name: string;
  readonly revision: number | undefined;
  readonly given?: Given | null;
  /** Stands above the editor. */
  readonly above?: ReactNode;
}

/** A resource that is held, with what is given written over it. */
export function Standing({ org, mesh, plural, name, revision, given = null, above }: StandingProps): ReactNode {
  const say = useSay();
  const schema = useSchema(org, plural);
  const held = useQuery({ ...heldQuery({ org, mesh, plural, name }), refetchInterval: 10_000 });
  return (
    <Page title={say("editor.title", { name })}>
      {above}
      <Waiting answer={schema}>
        {(kind) => (
          <Waiting answer={held}>
            {(now) => (
              <Editor key={`${mesh} ${plural} ${name}`} {...{ org, mesh, name, kind, revision, given }} held={now} />
            )}
          </Waiting>
        )}
      </Waiting>
    </Page>
  );
}

/** The schema of a kind, by its type or plural. It is as old as the page at most. */
export function useSchema(org: string, type: string) {
  return useQuery({
    ...ask("resourceSchema", { params: { organisation: org, type } }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: () => undefined,
  });
}

interface EditorProps {
  readonly org: string;
  readonly kind: SchemaBody;
  readonly mesh: string;
  readonly name: string | null;
  readonly held: Held | null;
  readonly revision: number | undefined;
  /** What is written from the start, in wire form, and what it answers; null = what is held, or a template. */
  readonly given?: Given | null;
}

/** A draft that something else has made. */
export interface Given {
  readonly key: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

export function Editor({ org, kind, mesh, name, held, revision, given = null }: EditorProps): ReactNode {
  const [reader] = useState(createReader);
  useEffect(() => () => reader.close(), [reader]);
  const draftKey = draftKeyOf({ org, kind, mesh, name, ...(given !== null && { given: given.key }) });
  const [json] = useState(() =>
    given === null ? null : JSON.stringify(ownMembers(given.resource, kind.schema as Shape)),
  );
  const start = useStart({ reader, kind, held, mesh, draftKey, given: json });
  if (start === null) return null;
  return <Workbench {...{ org, kind, mesh, name, held, start, reader, draftKey, revision }} />;
}
