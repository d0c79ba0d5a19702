// The organisation's zones: their relays, what they have taken, which proxies lag, which certificates end.
import type { Client } from "#api/client.ts";
import type { CertificateBody, DeliveryBody, RelayBody } from "#api/weft.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { ageText } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { type Finding, findingsAt } from "./finding.ts";

/** A certificate is renewed long before; one that is this near its end was not. Milliseconds. */
const NEAR_END = 3_600_000;
const MOST_NAMED = 3;

/** Of all zones, or of the one that is named. Throws Fault where the control plane refuses. */
export async function lookAtZones(
  client: Client,
  organisation: string,
  only: string | undefined,
  now: number,
): Promise<readonly Finding[]> {
  const params = { organisation };
  const zones = await client.resources(organisation).list(kindOfWord("Zone"), "");
  const relays = await allPages<RelayBody>((query) => client.call("listRelays", { params, query }));
  if (only !== undefined && !zones.some(({ name }) => name === only))
    return [findingsAt(`zone ${only}`).failure("there is no such zone", "weft zone list lists them")];
  if (zones.length === 0)
    return [findingsAt("zones").warning("there is no zone: no proxy can run", "weft zone create NAME")];
  const shown = zones.filter(({ name }) => only === undefined || name === only);
  const found = await Promise.all(
    shown.map(async ({ name, enabled }) => {
      const deliveries = await allPages<DeliveryBody>((query) =>
        client.call("listDeliveries", { params: { ...params, zone: name }, query }),
      );
      const certificates = await allPages<CertificateBody>((query) =>
        client.call("listCertificates", { params, query: { ...query, zone: name } }),
      );
      const own = relays.filter(({ zone, revoked }) => zone === name && !revoked);
      return zoneFindings({ name, isEnabled: enabled !== false, relays: own, deliveries, certificates }, now);
    }),
  );
  return found.flat();
}

export interface ZoneFacts {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Those that are admitted. */
  readonly relays: readonly RelayBody[];
  /** Newest first. */
  readonly deliveries: readonly DeliveryBody[];
  readonly certificates: readonly CertificateBody[];
}

/** What of these facts a person should know, the gravest included; never empty. */
export function zoneFindings(
  { name, isEnabled, relays, deliveries, certificates }: ZoneFacts,
  now: number,
): readonly Finding[] {
  const { ok, warning, failure } = findingsAt(`zone ${name}`);
  const found: Finding[] = [];
  if (!isEnabled) found.push(warning("it is disabled: no other zone sends it anything", `weft zone enable ${name}`));
  if (relays.length === 0)
    return [...found, failure("no relay is admitted", `weft zone create ${name} prints what starts one`)];
  const online = relays.filter((relay) => relay.online);
  for (const { id, leftAt, lastContact } of relays.filter((relay) => !relay.online)) {
    const last = ageText(leftAt ?? lastContact, now);
    const text =
      leftAt === null ? `relay ${id} is offline, last heard of ${last} ago` : `relay ${id} stopped ${last} ago`;
    const fix = `start it again; one that will not come back: weft zone revoke-relay ${name} ${id}`;
    found.push(online.length === 0 ? failure(text, fix) : warning(text, fix));
  }
  if (online.length > 0) found.push(ok(`${online.length} of ${relays.length} relays online`));
  for (const { id } of online) {
    const newest = deliveries.find(({ relay }) => relay === id);
    if (newest === undefined) continue;
    const refused = newest.laggards.filter(({ connected }) => connected !== false);
    if (newest.nacked > 0)
      found.push(
        failure(
          `${newest.nacked} of relay ${id}'s proxies refuse what they were sent: ${some(refused.map(({ proxy, reason }) => `${proxy}: ${reason}`))}`,
          "weft rollout list shows which revision it is; weft rollback takes one back",
        ),
      );
    const away = newest.laggards.filter(({ connected }) => connected === false).map(({ proxy }) => proxy);
    if (away.length > 0)
      found.push(
        warning(
          `registered, and not connected: ${some(away)}`,
          "is their Envoy running? weft delete dataplane NAME forgets one",
        ),
      );
  }
  const ending = newestLeaves(certificates).filter(({ notAfter }) => Date.parse(notAfter) - now < NEAR_END);
  if (ending.length > 0)
    found.push(
      warning(
        `certificates end within the hour, or have ended: ${some(ending.map(({ mesh, name: proxy }) => `${mesh}/${proxy}`))}`,
        "proxies that run are renewed long before: look into the relay's log",
      ),
    );
  return found;
}

/** Of each proxy the one that lives longest; issuers have no name. */
function newestLeaves(certificates: readonly CertificateBody[]): readonly CertificateBody[] {
  const newest = new Map<string, CertificateBody>();
  for (const one of certificates) {
    if (one.name === "") continue;
    const key = `${one.mesh}/${one.name}`;
    const known = newest.get(key);
    if (known === undefined || known.notAfter < one.notAfter) newest.set(key, one);
  }
  return [...newest.values()];
}

function some(texts: readonly string[]): string {
  const named = texts.slice(0, MOST_NAMED).join("; ");
  return texts.length > MOST_NAMED ? `${named}; and ${texts.length - MOST_NAMED} more` : named;
}
