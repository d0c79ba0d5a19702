// What is done outside the writers: reading, polls, founding, members, audit, counts. Where writers live elsewhere, it is all there is.
import type { Store } from "#store/store.ts";
import { openAuditReader } from "./audit/audit-reader.ts";
import { openHeardStore } from "./audit/heard-store.ts";
import type { Listen } from "./bell/listen.ts";
import type { ControlDeps } from "./deps.ts";
import type { AuditReader } from "./face/audit.ts";
import type { Members } from "./face/member.ts";
import type { Organisations } from "./face/organisation.ts";
import type { Poll } from "./face/poll.ts";
import type { Reader, ViewReader } from "./face/reader.ts";
import { openTiers, type Tiers } from "./limit/tiers.ts";
import { openMembers } from "./member/members.ts";
import { openOrganisations } from "./organisations.ts";
import { openPoll } from "./poll/poll.ts";
import { openRowReader } from "./row-reader.ts";
import { openUsage, type UsageReader } from "./usage.ts";

export interface Outside {
  /** For deeds of an edge: the writer of an organisation hears that they were written down. */
  readonly store: Store;
  readonly tiers: Tiers;
  readonly organisations: Organisations;
  readonly members: Members;
  readonly reader: Reader;
  readonly poll: Poll;
  readonly audit: AuditReader;
  readonly usage: UsageReader;
}

/** Who is asked for what this floor leaves to others. */
export interface Beside {
  readonly views: ViewReader;
  /** What held polls hear. */
  readonly listen: Listen;
  /** Audit entries of the tenant were written beside its writer: it tells of them. */
  readonly hear: (tenant: string) => Promise<void>;
}

/** Opens it on a store; nothing here compiles or holds a tenant's state. */
export function openOutside(deps: ControlDeps, { views, listen, hear }: Beside): Outside {
  const store = openHeardStore(deps.store, (tenant) =>
    hear(tenant).catch((error: unknown) => deps.log("warn", "a writer did not hear of a deed", { tenant, error })),
  );
  const heard = { ...deps, store };
  const tiers = openTiers(deps.store, deps.clock, deps.usualTier ?? "self-hosted");
  return {
    store,
    tiers,
    // Of one that is being founded no writer may know yet: it would go on finding none.
    organisations: openOrganisations(deps, tiers),
    members: openMembers(heard, tiers),
    reader: { ...openRowReader(heard, views), ...views },
    poll: openPoll({ store: deps.store, clock: deps.clock, listen }),
    audit: openAuditReader(deps),
    usage: openUsage(deps, tiers),
  };
}
