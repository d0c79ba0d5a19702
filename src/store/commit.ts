// Commits: run the batch, look up lost answers, try lost races again, and say in words what refused it.
import { Fault } from "#model/fault.ts";
import { keyText } from "#model/resource.ts";
import { AUDIT_RACE, appendAudit } from "./audit.ts";
import { answerStatements, commitStatements, writtenBy } from "./commit-batch.ts";
import { Conflict, ProofRepeated } from "./conflict.ts";
import type { Rows, Statement } from "./database.ts";
import type { Commit, Committed } from "./face/commit.ts";
import type { Heads } from "./face/resource.ts";
import { Frozen } from "./placement/frozen.ts";
import type { Tenancy } from "./queries.ts";
import { proofStatus } from "./record.ts";
import { readHeads } from "./resources.ts";
import { rowOf, storedOf } from "./row.ts";

const ATTEMPTS = 6;

/** Keys that two commits can only both want when they race for the head. */
const RACES = ["revision.revision", "revision.write_id", "step.sequence", "step.write_id", AUDIT_RACE];

/** One change, whole or not at all, and once whatever happens to the answer. Faults as `TenantStore.commit` says. */
export async function commitChange(tenancy: Tenancy, commit: Commit): Promise<Committed> {
  const statements = commitStatements(tenancy.tenant, commit, tenancy.now(), tenancy.clock());
  const written = writtenBy(commit);
  const answers = answerStatements(tenancy.tenant, written).length;
  for (let attempt = 1; ; attempt++) {
    try {
      const audit = await appendAudit(tenancy, commit.audit ?? [], commit.kind === "revision");
      const rows = await tenancy.database.batch([...audit.statements, ...statements]);
      tenancy.audit.place = audit.place;
      return committedOf(written, rows.slice(-1 - answers));
    } catch (error) {
      tenancy.audit.place = null;
      if (error instanceof Frozen && attempt < ATTEMPTS) {
        await tenancy.pause(attempt);
        continue;
      }
      if (error instanceof Frozen || !(error instanceof Conflict || error instanceof Fault)) throw error;
      const before = await recall(tenancy, commit).catch((failure: unknown) => {
        // Neither committed nor looked up: the cause of the first failure tells more.
        if (attempt >= ATTEMPTS) throw lost(error);
        if (error instanceof Conflict) throw failure;
        return null;
      });
      if (before !== null) return before;
      const again = error instanceof Fault || RACES.includes(error.constraint);
      if (!again) throw await refusal(tenancy, commit, error);
      if (attempt >= ATTEMPTS) throw lost(error);
      await tenancy.pause(attempt);
    }
  }
}

/** Heads of the commit with this write id; null when there was none. */
export async function findWrite({ tenant, database }: Tenancy, writeId: string): Promise<Heads | null> {
  const [found] = await database.batch([headsAt(tenant, writeId)]);
  return found?.rows[0] === undefined ? null : headsOf(found.rows[0]);
}

/** A commit's answer, when it has been committed before. */
async function recall({ tenant, database }: Tenancy, commit: Commit): Promise<Committed | null> {
  const written = writtenBy(commit);
  const answers = await database.batch([headsAt(tenant, commit.writeId), ...answerStatements(tenant, written)]);
  return answers[0]?.rows[0] === undefined ? null : committedOf(written, answers);
}

function headsAt(tenant: string, writeId: string): Statement {
  return {
    sql: `SELECT epoch, revision, sequence FROM revision WHERE tenant_id = ?1 AND write_id = ?2
UNION ALL SELECT epoch, revision, sequence FROM step WHERE tenant_id = ?1 AND write_id = ?2`,
    params: [tenant, writeId],
  };
}

function committedOf(written: ReturnType<typeof writtenBy>, [heads, ...answers]: readonly Rows[]): Committed {
  const { epoch, revision, sequence } = headsOf(heads?.rows[0] ?? []);
  const rows = new Map(answers.flatMap((answer) => answer.rows.map(([place, ...row]) => [place, rowOf(row)] as const)));
  const standing = written.map(({ stays }, place) => (stays ? rows.get(place) : undefined));
  return {
    epoch,
    revision,
    sequence,
    resources: standing.map((row) => (row === undefined ? null : storedOf(row))),
    created: standing.map((row) => row?.born === sequence),
  };
}

function headsOf(row: readonly unknown[]): Heads {
  const [epoch, revision, sequence] = row as readonly [number, number, number];
  return { epoch, revision, sequence };
}

function lost(cause: unknown): Fault {
  return new Fault(
    "unavailable",
    "The database did not answer, and whether the change was committed is not known: ask again with the same write id.",
    { cause, retryAfter: 1 },
  );
}

/** The refusal in the caller's words. */
async function refusal(tenancy: Tenancy, commit: Commit, conflict: Conflict): Promise<Error> {
  if (commit.proof !== undefined) {
    const status = await proofStatus(tenancy, commit.proof.id);
    if (status !== null) return new ProofRepeated(status);
  }
  switch (conflict.constraint) {
    case "precondition_failed":
      return new Fault("stale", await staleText(tenancy, commit), { cause: conflict });
    case "revision_moved": {
      const { revision, sequence } = await readHeads(tenancy);
      const moved =
        commit.readRevision !== undefined && commit.readRevision !== revision
          ? `it was checked at revision ${commit.readRevision}, and now it is ${revision}`
          : `what follows from it was made at sequence ${commit.readSequence}, and now it is ${sequence}`;
      return new Fault(
        "conflict",
        `Other resources changed while this change was checked: ${moved}. Repeat the change.`,
        { cause: conflict },
      );
    }
    case "quota_exceeded":
      return new Fault("conflict", "Others have added resources while this change was counted. Repeat the change.", {
        cause: conflict,
      });
    case "event_repeated": {
      const events = (commit.events ?? []).map(({ zone, relay, number }) => `${number} of relay ${zone}/${relay}`);
      return new Fault(
        "conflict",
        `Event numbers only rise and come from enrolled relays: ${events.join(", ")} is not new.`,
        { cause: conflict },
      );
    }
    default:
      return conflict;
  }
}

async function staleText({ tenant, database }: Tenancy, { writes }: Commit): Promise<string> {
  const answers = await database.batch(answerStatements(tenant, writes));
  const etags = new Map(
    answers.flatMap(({ rows }) => rows.map(([place, ...row]) => [place, rowOf(row).etag] as const)),
  );
  const told = writes.flatMap(({ key, expect }, place) => {
    const etag = etags.get(place);
    const name = keyText(key);
    if (expect === "absent") return etag === undefined ? [] : [`${name} exists already (its ETag is "${etag}")`];
    if (expect === "any") return [];
    if (etag === undefined) return [`${name} does not exist`];
    if (expect === "present" || expect.etag === etag) return [];
    return [`${name} has changed: its ETag is "${etag}", and "${expect.etag}" was expected`];
  });
  const shown = told.length === 0 ? ["what was expected held again a moment later"] : told.slice(0, 5);
  const more = told.length > 5 ? ` (and ${told.length - 5} more)` : "";
  return `Nothing was changed: ${shown.join("; ")}${more}. Read again, then repeat the change.`;
}
