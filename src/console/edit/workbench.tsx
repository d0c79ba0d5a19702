// The workbench: the text, its problems, its plan, and what can be done with it.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { overrideHeader } from "#api/override.ts";
import type { SchemaBody } from "#api/schema.ts";
import { api, ask } from "#console/data/api.ts";
import { Applied } from "#console/part/applied.tsx";
import { Apply } from "#console/part/apply.tsx";
import { Moment } from "#console/part/moment.tsx";
import { Override } from "#console/part/override.tsx";
import { Press } from "#console/part/press.tsx";
import { Status } from "#console/part/status.tsx";
import { Trouble } from "#console/part/trouble.tsx";
import { useSay, useTell } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { Code, type CodeHandle, type Mark } from "./code.tsx";
import { Conflict } from "./conflict.tsx";
import { draftKeyOf, draftsOf } from "./draft.ts";
import { ownField } from "./field.ts";
import { type Held, heldQuery } from "./held.ts";
import { Leave } from "./leave.tsx";
import { PlanView } from "./plan-view.tsx";
import { Problems } from "./problems.tsx";
import type { Reader } from "./reader.ts";
import { refusals } from "./refusal.ts";
import type { Shape } from "./shape.ts";
import { type Base, baseOf, type Start } from "./start.ts";
import type { Format } from "./tree.ts";
import { useDraft } from "./use-draft.ts";
import { usePlan } from "./use-plan.ts";
import { useReading } from "./use-reading.ts";
import { useSpans } from "./use-spans.ts";

interface WorkbenchProps {
  readonly org: string;
  readonly kind: SchemaBody;
  readonly mesh: string;
  /** Null of a resource that is not there yet. */
  readonly name: string | null;
  /** As it is held now; it may have become another since the edit began. */
  readonly held: Held | null;
  readonly start: Start;
  readonly reader: Reader;
  readonly draftKey: string;
  /** The revision that was applied here last. */
  readonly revision: number | undefined;
}

interface Commit {
  readonly planId: string;
  readonly reason: string;
  /** Why guard rails are gone past. */
  readonly override?: string;
  /** What the plan was made of: who types on meanwhile has another text by then. */
  readonly sent: { readonly text: string; readonly json: string };
}

export function Workbench(props: WorkbenchProps): ReactNode {
  const { org, kind, mesh, name, held, start, reader, draftKey, revision } = props;
  const say = useSay();
  const tell = useTell();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const about = useId();
  const code = useRef<CodeHandle>(null);
  const shape = kind.schema as Shape;
  const [base, setBase] = useState<Base>(start.base);
  const [etag, setEtag] = useState(start.draft === null ? start.base.etag : start.draft.etag);
  const [text, setText] = useState(start.text);
  const [format, setFormat] = useState<Format>(start.format);
  const [restored, setRestored] = useState(start.draft);
  const [theirs, setTheirs] = useState<Base | null>(null);
  const [mine, setMine] = useState("");
  const isDirty = text !== base.text;
  const draft = useDraft({ kind, key: draftKey, text, format, etag, isDirty });

  const reading = useReading(reader, shape, text);
  const isRead = reading?.text === text;
  const json = isRead ? reading.json : null;
  const isChanged = json !== null && json !== base.json;
  /** JSON of what is on its way; what is typed meanwhile is planned upon it. */
  const [sending, setSending] = useState<string | null>(null);
  const isReady =
    isChanged && reading?.problems.length === 0 && theirs === null && (sending === null || sending === json);
  const { planned, isMaking, make, forget } = usePlan({ org, json, isReady, etag });
  const plan = planned !== null && planned.json === json && isChanged ? planned.plan : null;
  const fault = planned !== null && planned.json === json ? planned.error : null;

  // Somebody else's change: what nobody has touched here follows it, what somebody has is asked about.
  const latest = useRef({ text, isDirty, format });
  latest.current = { text, isDirty, format };
  /** What is written stays, and is measured against it. */
  const goOnFrom = useCallback(
    (now: Base): void => {
      setBase(now);
      setEtag(now.etag);
      setTheirs(null);
      forget();
    },
    [forget],
  );
  const adopt = useCallback(
    (now: Base): void => {
      goOnFrom(now);
      code.current?.replace(now.text);
    },
    [goOnFrom],
  );
  useEffect(() => {
    if (held === null || held.etag === etag) return;
    let isLast = true;
    void baseOf(reader, kind, held, latest.current.format).then((now) => {
      if (!isLast) return;
      if (!latest.current.isDirty) return adopt(now);
      forget();
      setTheirs(now);
    }, ignore);
    return () => {
      isLast = false;
    };
  }, [held, etag, reader, kind, adopt, forget]);
  // Both in the same hand, so that only what differs looks different.
  useEffect(() => {
    if (theirs === null) return;
    setMine(text);
    if (json !== null) reader.ask("write", { json, format }).then(setMine, ignore);
  }, [theirs, text, json, format, reader]);

  const address = { org, mesh, plural: kind.path, name: name ?? "" };
  const isStale = fault instanceof Fault && fault.code === "stale";
  useEffect(() => {
    if (isStale && name !== null) void cache.invalidateQueries({ queryKey: ["get", org, mesh, kind.path, name] });
  }, [isStale, cache, org, mesh, kind.path, name]);

  const commit = useMutation({
    mutationFn: ({ planId, reason, override = "" }: Commit) =>
      api.call("createChange", {
        params: { organisation: org },
        body: { planId, ...(reason !== "" && { reason }) },
        ...(override !== "" && { headers: Object.fromEntries([overrideHeader(override)]) }),
      }),
    onMutate: ({ sent }) => setSending(sent.json),
    onSettled: () => setSending(null),
    async onSuccess({ revision: made }, { sent }) {
      const written = JSON.parse(sent.json) as { name: string; mesh?: string };
      const isAsSent = (): boolean => latest.current.text === sent.text;
      if (isAsSent()) await draft.forget();
      setRestored(null);
      // From here on nothing is unsaved but what was typed since: what is held is what was written.
      setBase({ ...base, ...sent });
      const place = { ...address, mesh: kind.scope === "Global" ? "" : (written.mesh ?? mesh), name: written.name };
      await cache.invalidateQueries();
      const now = await cache.fetchQuery({ ...heldQuery(place), staleTime: 0 });
      const applied = await baseOf(reader, kind, now, format);
      const key = draftKeyOf({ ...place, kind });
      if (isAsSent()) adopt(applied);
      else if (key === draftKey) goOnFrom(applied);
      else {
        // Its own page finds it there.
        const { text: typed } = latest.current;
        await draftsOf(kind).put(key, { text: typed, format, etag: applied.etag, at: Date.now() });
        await draft.forget();
      }
      const how = { search: { revision: made }, replace: true, ignoreBlocker: true } as const;
      const { mesh: to, plural, name: called } = place;
      await (to === ""
        ? navigate({ to: "/o/$org/edit/$plural/$name", params: { org, plural, name: called }, ...how })
        : navigate({
            to: "/o/$org/m/$mesh/edit/$plural/$name",
            params: { org, mesh: to, plural, name: called },
            ...how,
          }));
    },
    async onError(error) {
      if (!(error instanceof Fault) || (error.code !== "stale" && error.code !== "guarded") || json === null) return;
      // What it would do, or what holds it, has become something else: it is shown anew before anybody applies it.
      if (name !== null) await cache.refetchQueries({ queryKey: ["get", org, mesh, kind.path, name] });
      await make(json);
    },
  });

  const delivery = useQuery({
    ...ask("getRevisionDelivery", { params: { organisation: org, revision: String(revision ?? "") } }),
    enabled: revision !== undefined,
    refetchInterval: 1_000,
    placeholderData: () => undefined,
  });
  const refused = refusals(delivery.data, base.kri);
  const violations = fault instanceof Fault ? fault.violations : [];
  const told = useMemo(
    () => [
      ...violations.map(({ field, reason }) => ({ field: ownField(field), reason })),
      ...refused.map(({ field, reason }) => ({ field, reason })),
    ],
    [violations, refused],
  );
  const placed = useSpans(reader, text, told);
  const marks = useMemo(
    (): readonly Mark[] => [
      ...(reading?.problems ?? []).map(({ span, field, code: wrong, values }) => ({
        span,
        severity: "error" as const,
        text: `${field === "" ? "" : `${field}: `}${tell(say(`editor.wrong.${wrong}`, values))}`,
      })),
      ...(reading?.isTooLong ? [{ span: [0, 1] as const, severity: "error" as const, text: say("editor.long") }] : []),
      ...placed.map(({ span, field, reason }) => ({
        span,
        severity: "error" as const,
        text: field === "" ? tell(reason) : `${field}: ${tell(reason)}`,
      })),
    ],
    [reading, placed, say, tell],
  );

  const convert = async (to: Format): Promise<void> => {
    if (json === null || to === format) return;
    const write = (from: string): Promise<string> => reader.ask("write", { json: from, format: to });
    const [now, was] = await Promise.all([write(json), base.json === null ? base.text : write(base.json)]);
    setFormat(to);
    setBase({ ...base, text: was });
    code.current?.replace(now);
  };
  const discard = async (): Promise<void> => {
    setRestored(null);
    setTheirs(null);
    setEtag(base.etag);
    code.current?.replace(base.text);
    await draft.forget();
    if (held !== null && held.etag !== base.etag) adopt(await baseOf(reader, kind, held, format));
  };
  const isTold = fault instanceof Fault && (fault.violations.length > 0 || (fault.code === "stale" && theirs !== null));
  return (
    <div className="workbench">
      <Leave isDirty={isDirty} onDiscard={draft.forget} />
      {revision !== undefined && <Applied org={org} revision={revision} delivery={delivery.data} />}
      {restored !== null && isDirty && (
        <div className="bar panel part">
          <Status tone="none">{say("editor.restored")}</Status>
          <Moment at={new Date(restored.at).toISOString()} />
        </div>
      )}
      {theirs !== null && (
        <Conflict theirs={theirs.text} mine={mine} onTheirs={() => adopt(theirs)} onMine={() => goOnFrom(theirs)} />
      )}
      <div className="columns edit-columns">
        <div className="stack">
          <div className="bar">
            <fieldset className="either" aria-label={say("editor.format")}>
              {FORMATS.map(([id, called]) => (
                <Press
                  key={id}
                  type="button"
                  className="button"
                  aria-pressed={id === format}
                  isOff={json === null && id !== format}
                  onClick={() => void convert(id)}
                >
                  {called}
                </Press>
              ))}
            </fieldset>
            {isDirty && (
              <button type="button" className="button" onClick={() => void discard()}>
                {say("editor.discard")}
              </button>
            )}
          </div>
          <Code
            handle={code}
            start={start.text}
            label={name === null ? say("editor.new", { kind: kind.type }) : say("editor.title", { name })}
            about={about}
            shape={shape}
            reader={reader}
            marks={marks}
            onText={setText}
          />
          <p className="soft" id={about}>
            {say("editor.keys")}
          </p>
        </div>
        <div className="stack">
          <Problems marks={marks} text={text} onShow={(span) => code.current?.show(span)} />
          <section className="stack" aria-label={say("editor.plan")} aria-busy={isMaking}>
            <div className="bar">
              <h2>{say("editor.plan")}</h2>
              <Press
                type="button"
                className="button"
                isOff={json === null || !isChanged || isMaking}
                onClick={() => json !== null && void make(json)}
              >
                {say("editor.plan.make")}
              </Press>
              {isMaking && <Status tone="none">{say("editor.plan.making")}</Status>}
            </div>
            {!isChanged && isRead && json !== null && <p className="soft">{say("editor.same")}</p>}
            {fault !== null && !isTold && <Trouble error={fault} />}
            {plan !== null && theirs === null && <PlanView org={org} plan={plan} isNew={name === null} />}
            {commit.error !== null && <Trouble error={commit.error} />}
            {plan !== null && theirs === null && (
              <Override
                plan={plan}
                isPending={commit.isPending || isMaking}
                onOverride={(override) =>
                  json !== null && commit.mutate({ planId: plan.id, reason: "", override, sent: { text, json } })
                }
              />
            )}
            <Apply
              plan={theirs === null ? plan : null}
              name={plan?.changes[0]?.name ?? name ?? ""}
              isPending={commit.isPending || isMaking}
              onApply={(reason) =>
                plan !== null && json !== null && commit.mutate({ planId: plan.id, reason, sent: { text, json } })
              }
            />
          </section>
        </div>
      </div>
    </div>
  );
}

const FORMATS = [
  ["yaml", "YAML"],
  ["json", "JSON"],
] as const;
/** What cannot be read now is read when it is next asked for. */
const ignore = (): void => undefined;
