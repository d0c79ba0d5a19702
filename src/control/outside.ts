// What is done outside the writers: reading, polls, founding, members, audit, counts. Where writers live elsewhere, it is all there is.
import { openAuditReader } from "./audit/audit-reader.ts";
import type { ControlDeps } from "./deps.ts";
import type { AuditReader } from "./face/audit.ts";
import type { Members } from "./face/member.ts";
import type { Organisations } from "./face/organisation.ts";
import type { Poll } from "./face/poll.ts";
import type { Reader, ViewReader } from "./face/reader.ts";
import { openTiers, type Tiers } from "./limit/tiers.ts";
import type { Listen } from "./listen.ts";
import { openMembers } from "./member/members.ts";
import { openOrganisations } from "./organisations.ts";
import { openPoll } from "./poll.ts";
import { openRowReader } from "./row-reader.ts";
import { openUsage, type UsageReader } from "./usage.ts";

export interface Outside {
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
}

/** Opens it on a store; nothing here compiles or holds a tenant's state. */
export function openOutside(deps: ControlDeps, { views, listen }: Beside): Outside {
  const tiers = openTiers(deps.store, deps.clock, deps.usualTier ?? "self-hosted");
  return {
    tiers,
    organisations: openOrganisations(deps, tiers),
    members: openMembers(deps, tiers),
    reader: { ...openRowReader(deps, views), ...views },
    poll: openPoll({ store: deps.store, clock: deps.clock, listen }),
    audit: openAuditReader(deps),
    usage: openUsage(deps, tiers),
  };
}
