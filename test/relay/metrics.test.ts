// A relay's metrics page: what each thing that is counted looks like there, and that the guide knows them all.
import { expect, test } from "vitest";
import { METRICS, metricsText, openTally, tallyUp } from "#relay/metrics.ts";
import type { ZoneStatus } from "#relay/status.ts";
import { textOf } from "#test/documents.ts";

const STATUS: ZoneStatus = {
  zone: "east",
  relay: "relay-1",
  controlPlane: "reached",
  snapshot: null,
  view: { sequence: null },
  poll: { older: 1, refused: 9, refusedFor: { signature: 2, claims: 3, content: 4 }, unsaved: 5, held: 16, plain: 17 },
  news: { way: "held", bell: "shut", reason: "closed", rings: 18, knocks: 19, ended: 20, cuts: 21 },
  contact: { at: null, secondsCutOff: 0 },
  replicas: [],
  zoneStreams: { owned: 0, closed: 0 },
  massDisconnect: false,
  damagedFiles: 0,
  unreachedIngresses: 6,
  lastEvent: 0,
  eventsPending: 0,
  streams: 0,
  proxies: [],
};

test("what was refused stands there by its reason", () => {
  const tally = openTally();
  tally.damagedFiles = 7;
  tallyUp(tally.joinsRefused, "conflict");
  tallyUp(tally.joinsRefused, "conflict");
  tallyUp(tally.replicaCallsRefused, "forbidden");
  tally.dns = { questions: 0, answered: 11, forwarded: 12, unanswered: 13, malformed: 14, dropped: 15 };
  const lines = metricsText(STATUS, tally)
    .split("\n")
    .filter((line) => /refused|damaged|unsaved|unreached|dns/.test(line) && !line.startsWith("#"));
  expect(lines).toEqual([
    'weft_relay_snapshots_refused_total{reason="signature"} 2',
    'weft_relay_snapshots_refused_total{reason="claims"} 3',
    'weft_relay_snapshots_refused_total{reason="content"} 4',
    'weft_relay_snapshots_refused_total{reason="older"} 1',
    "weft_relay_snapshots_unsaved_total 5",
    "weft_relay_damaged_files_total 7",
    'weft_relay_joins_refused_total{reason="conflict"} 2',
    "weft_relay_ingresses_unreached 6",
    'weft_relay_replica_calls_refused_total{reason="forbidden"} 1',
    'weft_relay_dns_messages_total{outcome="answered"} 11',
    'weft_relay_dns_messages_total{outcome="forwarded"} 12',
    'weft_relay_dns_messages_total{outcome="malformed"} 14',
    'weft_relay_dns_messages_total{outcome="dropped"} 15',
    "weft_relay_dns_unanswered_total 13",
  ]);
});

test("the guide says what each is for, and names none that is not there", () => {
  const named = [...textOf("docs/guides/metrics.md").matchAll(/weft_relay_\w+/g)].map(([name]) => name);
  expect([...new Set(named)].sort()).toEqual(METRICS.map(({ name }) => name).sort());
});

test("by which way news come stands there, and what was tried", () => {
  const lines = metricsText(STATUS, openTally())
    .split("\n")
    .filter((line) => /way|bell|holds|polls/.test(line) && !line.startsWith("#"));
  expect(lines).toEqual([
    'weft_relay_news_way{way="bell"} 0',
    'weft_relay_news_way{way="held"} 1',
    'weft_relay_news_way{way="plain"} 0',
    "weft_relay_bell_rings_total 18",
    "weft_relay_bell_knocks_total 19",
    "weft_relay_bell_ended_total 20",
    "weft_relay_holds_cut_total 21",
    'weft_relay_polls_total{kind="held"} 16',
    'weft_relay_polls_total{kind="plain"} 17',
  ]);
});
