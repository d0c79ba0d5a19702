// The organisation's zones: their relays, what they have taken, which proxies lag, which certificates end.
import type { Client } from "#api/caller.ts";
import type { CertificateBody, DeliveryBody, RelayBody } from "#api/weft.ts";
import { isOnline, type Loose } from "#cli/kind-column.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { ageText } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";
import { refusingAt } from "#cli/zone/refusing.ts";
import { nearestWord } from "#model/nearest.ts";
import { LABEL } from "#model/tag.ts";
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
    return [
      absentZone(
        only,
        zones.map(({ name }) => name),
      ),
    ];
  if (zones.length === 0)
    return [findingsAt("zones").warning("there is no zone: no proxy can run", "weft zone create NAME")];
  const overviews = await allPages<Loose>((query) => client.call("allDataplaneOverviews", { params, query }));
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
      const here = overviews.filter((one) => one.labels?.[LABEL.zone] === name);
      const away = here.filter((one) => !isOnline(one)).map((one) => `${one.mesh}.${one.name}`);
      const outdated = here.filter(isOnline).flatMap(outdatedText);
      const facts = { name, isEnabled: enabled !== false, relays: own, deliveries, certificates, away, outdated };
      return zoneFindings(facts, now);
    }),
  );
  return found.flat();
}

function absentZone(name: string, known: readonly string[]): Finding {
  const near = nearestWord(name, known);
  const ways = [...(near === undefined ? [] : [`did you mean ${near}?`]), "weft zone list lists them"];
  const there = known.length === 0 ? "there is none" : `there are: ${known.join(", ")}`;
  return findingsAt(`zone ${name}`).failure("there is no such zone", ways.join("\n"), there);
}

export interface ZoneFacts {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Those that are admitted. */
  readonly relays: readonly RelayBody[];
  /** Newest first. */
  readonly deliveries: readonly DeliveryBody[];
  readonly certificates: readonly CertificateBody[];
  /** Dataplanes without a stream, as `mesh.name`. */
  readonly away: readonly string[];
  /** Dataplanes whose Envoy or kuma-dp is not supported, as `mesh.name (Envoy 1.38.0)`. */
  readonly outdated: readonly string[];
}

/** Of an overview; none where what it runs is supported, or not known. */
function outdatedText(overview: Loose): readonly string[] {
  const { envoy, kumaDp } = overview.dataplaneInsight?.subscriptions?.at(-1)?.version ?? {};
  const old = [
    ...(envoy?.kumaDpCompatible === false ? [`Envoy ${envoy.version}`] : []),
    ...(kumaDp?.kumaCpCompatible === false ? [`kuma-dp ${kumaDp.version}`] : []),
  ];
  return old.length === 0 ? [] : [`${overview.mesh}.${overview.name} (${old.join(", ")})`];
}

/** What of these facts a person should know, the gravest included; never empty. */
export function zoneFindings(
  { name, isEnabled, relays, deliveries, certificates, away, outdated }: ZoneFacts,
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
  const absent = new Set(away);
  for (const { id } of online) {
    const newest = deliveries.find(({ relay }) => relay === id);
    if (newest === undefined) continue;
    for (const { proxy } of newest.laggards.filter(({ connected }) => connected === false)) absent.add(proxy);
  }
  for (const { relay, count, texts } of refusingAt(online, deliveries))
    found.push(
      failure(
        `${count} of relay ${relay}'s proxies refuse what they were sent: ${some(texts)}`,
        "weft rollout list shows which revision it is; weft rollback takes one back",
      ),
    );
  if (online.length > 0 && absent.size > 0)
    found.push(
      warning(
        `registered, and not connected: ${some([...absent])}`,
        "is their Envoy running (weft proxy run)? weft delete dataplane NAME forgets one",
      ),
    );
  if (outdated.length > 0)
    found.push(
      warning(
        `run what this release does not support: ${some(outdated)}`,
        "start them again with a newer one; weft envoy install fetches the Envoy that Weft is tested with",
      ),
    );
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
