// All that a zone side says of itself.
import type { Envelope } from "#api/zone.ts";
import type { Identities } from "#relay/identity/identities.ts";
import { isUnreached, typeOf } from "#relay/registrar/registrar.ts";
import type { ZoneStatus } from "#relay/status.ts";
import type { Contact } from "#relay/zone/contact.ts";
import type { Poll } from "#relay/zone/poll.ts";
import type { Ground } from "./ground.ts";
import type { Lives } from "./lives.ts";

export interface StatusSources {
  readonly ground: Ground;
  readonly lives: Lives;
  readonly identities: Pick<Identities, "standing">;
  readonly poll: Pick<Poll, "counts" | "listening">;
  readonly contact: Pick<Contact, "status">;
}

/** As of now. */
export function statusOf({ ground, lives, identities, poll, contact }: StatusSources): ZoneStatus {
  const { enrolment, moment, views, events } = ground;
  const { registrar, replicas, newcomers } = lives;
  const { envelope, reachable } = moment;
  return {
    zone: enrolment.zone,
    relay: enrolment.relay,
    controlPlane: reachable === null ? "not asked yet" : reachable ? "reached" : "out of reach",
    snapshot: envelope === null ? null : { ...pick(envelope), meshes: envelope.meshes.map(({ name }) => name) },
    view: { sequence: views.at?.sequence ?? null },
    poll: { ...poll.counts },
    news: {
      way: poll.listening.way,
      bell: poll.listening.bell,
      reason: poll.listening.reason,
      ...poll.listening.counts,
    },
    contact: contact.status(),
    replicas: replicas.contacts().map(({ peer, inTouch, at }) => ({
      relay: peer.id,
      address: peer.address,
      inTouch,
      lastHeard: new Date(at).toISOString(),
    })),
    zoneStreams: lives.streams(),
    massDisconnect: registrar.mass || replicas.mass,
    unreachedIngresses: registrar.all().filter(isUnreached).length,
    damagedFiles: ground.tally.damagedFiles,
    lastEvent: events.last,
    eventsPending: events.after(0).length,
    streams: registrar.all().reduce((sum, one) => sum + registrar.streams(one), 0),
    proxies: registrar.all().map((one) => ({
      type: typeOf(one),
      mesh: one.mesh,
      name: one.name,
      registration: one.id,
      owner: one.owner,
      streams: registrar.streams(one),
      ready: one.ready,
      source: newcomers.knows(one) ? "snapshot" : "compiled here",
      certificate: identities.standing(one),
    })),
  };
}

function pick({
  epoch,
  sequence,
  revision,
  version,
}: Envelope): Pick<Envelope, "epoch" | "sequence" | "revision" | "version"> {
  return { epoch, sequence, revision, version };
}
