// A relay that tells of proxies: their joins, and whatever else it reports, each taken without a refusal.
import { expect } from "vitest";
import { enrolRelay, type Relay } from "./relay.ts";
import { createMesh, dataplane, type Organisation, type Subject } from "./subject.ts";

export interface ReportingRelay {
  readonly relay: Relay;
  /** The event of a proxy of the service `web` that joins. */
  joined(name: string, number: number): object;
  report(body: object): Promise<void>;
}

/** A mesh `default`, and a relay of the zone `east`. */
export async function createReportingRelay(subject: Subject, organisation: Organisation): Promise<ReportingRelay> {
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  const token = await organisation.call("POST", "/tokens/dataplane", {
    mesh: "default",
    tags: { "kuma.io/service": ["web"] },
  });
  return {
    relay,
    joined: (name, number) => ({
      ...{ kind: "joined", number },
      join: {
        ...{ mesh: "default", name, registration: `life-${name}`, owner: "stream", token: token.text },
        dataplane: dataplane("default", name, "web"),
      },
    }),
    async report(body) {
      const answer = await relay.call("POST", "/v1/zone/report", { body: { events: [], ...body } });
      expect([answer.status, answer.json.refused ?? []], answer.text).toEqual([200, []]);
    },
  };
}
