// A new zone, or one more relay of it: its name, then one command with a one-use token, then a tick that turns by itself.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "#console/data/api.ts";
import { relaysInTouch, useZones } from "#console/data/zone.ts";
import { useSay } from "#console/text/say.ts";
import { Fault } from "#model/fault.ts";
import { CopyLine } from "./copy-line.tsx";
import { Field } from "./field.tsx";
import { Moment } from "./moment.tsx";
import { Press } from "./press.tsx";
import { relayCommand } from "./relay-command.ts";
import { Status } from "./status.tsx";
import { Trouble } from "./trouble.tsx";

export interface Enrolment {
  readonly zone: string;
  readonly command: string;
  readonly expiresAt: string | null;
  /** Relays that the zone had before. */
  readonly before: number;
}

/** Makes the zone where there is none of that name, and an enrolment token. */
export function useEnrol(org: string) {
  const cache = useQueryClient();
  const { zones } = useZones(org);
  return useMutation<Enrolment, Error, string>({
    mutationFn: async (zone) => {
      const known = zones.find((one) => one.name === zone);
      if (known === undefined) {
        await api.call("createChange", {
          params: { organisation: org },
          body: { put: [{ resource: { type: "Zone", name: zone } }] },
        });
      }
      const { token, expiresAt } = await api.call("createEnrolment", {
        params: { organisation: org, zone },
        body: { validFor: "1h" },
      });
      return {
        zone,
        expiresAt,
        command: relayCommand(token, location.origin, org, zone),
        before: known ? relaysInTouch(known) : 0,
      };
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ["zoneOverviews"] }),
  });
}

interface ZoneFormProps {
  readonly enrol: ReturnType<typeof useEnrol>;
  readonly name?: string;
  /** Whether the keyboard is to be in the field at once. */
  readonly isAlone?: boolean;
}

export function ZoneForm({ enrol, name: first = "", isAlone = false }: ZoneFormProps): ReactNode {
  const say = useSay();
  const [name, setName] = useState(first);
  const fault =
    enrol.error instanceof Fault
      ? (enrol.error.violations.find(({ field }) => /name/.test(field))?.reason ?? undefined)
      : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    enrol.mutate(name.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={say("zone.name")}
        about={say("zone.name.about")}
        value={name}
        onChange={setName}
        fault={fault}
        autoFocus={isAlone}
        isRequired
      />
      {enrol.error !== null && fault === undefined && <Trouble error={enrol.error} />}
      <div className="actions">
        <Press type="submit" className="button" data-kind="first" isOff={name.trim() === "" || enrol.isPending}>
          {say("zone.add.next")}
        </Press>
      </div>
    </form>
  );
}

interface EnrolledProps {
  readonly org: string;
  readonly enrolment: Enrolment;
  readonly children?: (isHere: boolean) => ReactNode;
}

/** The command, and whether its relay has come. */
export function Enrolled({ org, enrolment, children }: EnrolledProps): ReactNode {
  const say = useSay();
  const { zones } = useZones(org, 1_000);
  const zone = zones.find(({ name }) => name === enrolment.zone);
  const isHere = zone !== undefined && relaysInTouch(zone) > enrolment.before;
  return (
    <div className="stack">
      <p>{say("zone.run", { zone: enrolment.zone })}</p>
      <CopyLine label={say("zone.command")} text={enrolment.command} autoFocus />
      <p className="soft">
        {say("zone.token.about")} {enrolment.expiresAt !== null && <Moment at={enrolment.expiresAt} />}
      </p>
      <p aria-live="polite">
        <Status tone={isHere ? "good" : "none"}>
          {say(isHere ? "zone.arrived" : "zone.awaited", { zone: enrolment.zone })}
        </Status>
      </p>
      {children?.(isHere)}
    </div>
  );
}
