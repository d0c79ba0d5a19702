// The editor with a permission that leads to an answer: a new policy, or one that stands with something added.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { WireAccessDraft } from "#api/access.ts";
import { ask } from "#console/data/api.ts";
import { kindOfType, useKinds } from "#console/data/kind.ts";
import { Page } from "#console/part/page.tsx";
import { Status } from "#console/part/status.tsx";
import { askedText } from "#console/part/test-text.ts";
import { Waiting } from "#console/part/waiting.tsx";
import { useSay } from "#console/text/say.ts";
import { Editor, Standing, useSchema } from "./edit.tsx";

export interface Wanted {
  readonly want: "allow" | "deny";
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly method?: string;
  readonly path?: string;
}

export function Drafted({
  org,
  mesh,
  wanted,
}: {
  readonly org: string;
  readonly mesh: string;
  readonly wanted: Wanted;
}): ReactNode {
  const say = useSay();
  const draft = useQuery({
    ...ask("accessDraft", { params: { organisation: org }, query: { mesh, ...wanted } }),
    // What was drafted is what is edited, whatever changes meanwhile.
    ...{ staleTime: "static" as const, placeholderData: () => undefined },
  });
  const about = say(`access.draft.${wanted.want}`, { asked: askedText(wanted) });
  if (draft.data === undefined)
    return (
      <Page title={about}>
        <Waiting answer={draft}>{() => null}</Waiting>
      </Page>
    );
  const key = JSON.stringify(wanted);
  return <Written key={key} {...{ org, mesh, about }} draft={draft.data} draftKey={key} />;
}

interface WrittenProps {
  readonly org: string;
  readonly mesh: string;
  readonly about: string;
  readonly draft: WireAccessDraft;
  readonly draftKey: string;
}

function Written({ org, mesh, about, draft, draftKey }: WrittenProps): ReactNode {
  const say = useSay();
  const { resource, others } = draft;
  const { type, name } = resource;
  const schema = useSchema(org, type);
  const plural = kindOfType(useKinds(org), type)?.path;
  const given = { key: draftKey, resource };
  const told = (
    <div className="bar panel part">
      <Status tone={others === 0 ? "good" : "doubt"}>{about}</Status>
      <span className="soft">{say("access.draft.others", { count: others })}</span>
    </div>
  );
  if (draft.extends)
    return plural === undefined ? null : (
      <Standing {...{ org, mesh, plural, name, given }} above={told} revision={undefined} />
    );
  return (
    <Page title={say("editor.new", { kind: type })}>
      {told}
      <Waiting answer={schema}>
        {(kind) => <Editor {...{ org, mesh, kind, given }} name={null} held={null} revision={undefined} />}
      </Waiting>
    </Page>
  );
}
