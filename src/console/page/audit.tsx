// The audit log: who did what, newest first; each entry whole, and how the log is proved.
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import type { AuditEntryBody, AuditPageBody } from "#api/audit.ts";
import { useFilters } from "#console/data/filter.ts";
import { useOlder } from "#console/data/older.ts";
import { CopyLine } from "#console/part/copy-line.tsx";
import { ChoiceFilter, Filters, TextFilter } from "#console/part/filters.tsx";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Moment } from "#console/part/moment.tsx";
import { More } from "#console/part/more.tsx";
import { Page } from "#console/part/page.tsx";
import { Source } from "#console/part/source.tsx";
import { Waiting } from "#console/part/waiting.tsx";
import { Window } from "#console/part/window.tsx";
import { useSay } from "#console/text/say.ts";
import { AUDIT_ACTIONS } from "#model/audit/action.ts";

const SIZE = 100;
const DAY = 86_400_000;
/** Days back. */
const SPANS = ["1", "7", "30"] as const;

export function Audit(): ReactNode {
  const say = useSay();
  const { org } = useParams({ from: "/o/$org/audit" });
  const [filters, set] = useFilters<"actor" | "action" | "subject" | "days">();
  const { days, ...asked } = filters;
  // By the minute, so that the question is the same one while it is looked at.
  const since = useMemo(
    () => (days === undefined ? null : new Date(Math.floor((Date.now() - Number(days) * DAY) / 60_000) * 60_000)),
    [days],
  );
  const isTime = since !== null && !Number.isNaN(since.getTime());
  const answer = useOlder(
    "listAudit",
    {
      params: { organisation: org },
      query: { ...(asked as Record<string, string>), ...(isTime && { since: since.toISOString() }) },
    },
    SIZE,
  );
  const rows = useMemo(() => answer.data?.pages.flatMap(({ items }) => items) ?? [], [answer.data]);
  const names = useMemo(
    () => new Map(answer.data?.pages.flatMap((page) => Object.entries((page as AuditPageBody).names)) ?? []),
    [answer.data],
  );
  const [open, setOpen] = useState<AuditEntryBody | null>(null);
  const columns = useMemo<readonly ListColumn<AuditEntryBody>[]>(
    () => [
      {
        id: "number",
        title: say("audit.number"),
        cell: (entry) => (
          <button
            type="button"
            className="link"
            aria-label={say("audit.entry", { number: String(entry.number) })}
            onClick={() => setOpen(entry)}
          >
            {entry.number}
          </button>
        ),
      },
      { id: "action", title: say("revision.what"), cell: ({ action }) => <code>{action}</code> },
      { id: "subject", title: say("audit.subject"), cell: ({ subject }) => subject },
      {
        id: "actor",
        title: say("revision.who"),
        isWide: true,
        cell: ({ actor }) => <span title={actor}>{names.get(actor) ?? actor}</span>,
      },
      {
        id: "revision",
        title: say("revision"),
        isWide: true,
        cell: ({ revision }) =>
          revision !== null && (
            <Link to="/o/$org/activity/$revision" params={{ org, revision: String(revision) }}>
              {revision}
            </Link>
          ),
      },
      { id: "when", title: say("when"), cell: ({ time }) => <Moment at={time} /> },
    ],
    [say, org, names],
  );
  return (
    <Page title={say("nav.audit")}>
      <Filters>
        <TextFilter label={say("audit.subject")} value={filters.subject} onChange={(value) => set("subject", value)} />
        <TextFilter label={say("audit.actor")} value={filters.actor} onChange={(value) => set("actor", value)} />
        <ChoiceFilter
          label={say("revision.what")}
          value={filters.action}
          options={Object.keys(AUDIT_ACTIONS).map((id) => ({ id, text: id }))}
          onChange={(value) => set("action", value)}
        />
        <ChoiceFilter
          label={say("when")}
          value={days}
          options={SPANS.map((id) => ({ id, text: say("audit.days", { days: Number(id) }) }))}
          onChange={(value) => set("days", value)}
        />
      </Filters>
      <Waiting answer={answer}>
        {() => (
          <>
            <List
              label={say("nav.audit")}
              columns={columns}
              rows={rows}
              keyOf={({ number }) => String(number)}
              empty={<h2>{say("filter.none")}</h2>}
            />
            <More answer={answer} />
          </>
        )}
      </Waiting>
      <section className="panel part below">
        <h2>{say("audit.proof")}</h2>
        <p className="soft">{say("audit.proof.about")}</p>
        <CopyLine label={say("audit.verify")} text="npx weft audit verify" />
      </section>
      {open && (
        <Window title={say("audit.entry", { number: String(open.number) })} isOpen onClose={() => setOpen(null)}>
          <Source text={JSON.stringify(open, null, 2)} label={say("audit.entry", { number: String(open.number) })} />
        </Window>
      )}
    </Page>
  );
}
