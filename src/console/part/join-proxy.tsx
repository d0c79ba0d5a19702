// How a mesh gets a proxy: two sample services, or one for a program of the reader's own; one command, with its token in it.

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, useAnswer } from "#console/data/api.ts";
import { type TextKey, useSay } from "#console/text/say.ts";
import { CopyLine } from "./copy-line.tsx";
import { Field } from "./field.tsx";
import { Press } from "./press.tsx";
import { portsOf, proxyCommand, type RelayPlace, sampleCommand } from "./proxy-command.ts";
import { Trouble } from "./trouble.tsx";

const VARIANTS = ["sample", "own"] as const;
type Variant = (typeof VARIANTS)[number];

/** What `weft sample` starts. */
const SAMPLE = ["web", "backend"];
/** A month, in which a proxy may come again. */
const VALID_FOR = "720h";
/** What a service may be called so that a shell and a SPIFFE ID take it as it is. */
const SERVICE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function JoinProxy({ org, mesh }: { readonly org: string; readonly mesh: string }): ReactNode {
  const say = useSay();
  const relays = useAnswer("listRelays", { params: { organisation: org }, query: { size: "100" } }, 30_000);
  const relay = relays.data?.items.find(({ online, address }) => online && address !== "");
  if (relay !== undefined) return <JoinBy key={mesh} org={org} mesh={mesh} relay={relay} />;
  if (relays.data === undefined) return null;
  return (
    <>
      <p className="soft">{say("proxy.first.zone")}</p>
      <Link className="button" data-kind="first" to="/o/$org/zones" params={{ org }}>
        {say("zone.add")}
      </Link>
    </>
  );
}

interface JoinByProps {
  readonly org: string;
  readonly mesh: string;
  readonly relay: RelayPlace;
}

interface Made {
  readonly command: string;
  /** Names of the proxies that it starts. */
  readonly names: readonly string[];
  /** Where the program finds what it calls; null = it calls nothing. */
  readonly calls: { readonly service: string; readonly port: number } | null;
}

function JoinBy({ org, mesh, relay }: JoinByProps): ReactNode {
  const say = useSay();
  const [variant, setVariant] = useState<Variant>("sample");
  const [own, setOwn] = useState({ service: "", port: "8080", calls: "" });
  const [isTried, setTried] = useState(false);
  const params = { organisation: org };
  const make = useMutation<Made>({
    mutationFn: async () => {
      const tokenFor = (tags: readonly string[], name?: string): Promise<string> =>
        api.call("createDataplaneToken", {
          params,
          body: {
            mesh,
            tags: { "kuma.io/service": [...tags] },
            type: "dataplane",
            validFor: VALID_FOR,
            ...(name && { name }),
          },
        });
      if (variant === "sample") {
        const token = await tokenFor(SAMPLE);
        return {
          command: sampleCommand(token.trim(), mesh, relay),
          names: SAMPLE.map((one) => `${one}-1`),
          calls: null,
        };
      }
      const { service, calls } = own;
      const port = Number(own.port);
      const { items } = await api.call("listProxies", { params, query: { mesh, name: `${service}-`, size: "1000" } });
      const taken = new Set(items.map(({ name }) => name));
      let number = 1;
      while (taken.has(`${service}-${number}`)) number += 1;
      const name = `${service}-${number}`;
      const token = await tokenFor([service], name);
      return {
        command: proxyCommand(token.trim(), mesh, relay, { service, name, port, calls }),
        names: [name],
        calls: calls === "" ? null : { service: calls, port: portsOf(port).outbound },
      };
    },
  });
  const faults = faultsOf(own);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (variant === "sample" || Object.values(faults).every((one) => one === undefined)) make.mutate();
  };
  const change = (part: Partial<typeof own>): void => {
    make.reset();
    setOwn({ ...own, ...part });
  };
  const shown = (name: keyof typeof faults): string | undefined =>
    isTried && faults[name] !== undefined ? say(faults[name]) : undefined;
  return (
    <form className="stack join" onSubmit={submit} noValidate>
      <fieldset className="choices">
        <legend>{say("proxy.first")}</legend>
        {VARIANTS.map((one) => (
          <label key={one} className="choice">
            <input
              type="radio"
              name="variant"
              checked={variant === one}
              onChange={() => {
                make.reset();
                setVariant(one);
              }}
            />
            <span>
              {say(`proxy.first.${one}`)} <span className="soft">{say(`proxy.first.about.${one}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {variant === "own" && (
        <div className="question">
          <Field
            label={say("proxy.own.service")}
            value={own.service}
            onChange={(service) => change({ service })}
            fault={shown("service")}
            isRequired
          />
          <Field
            label={say("proxy.own.port")}
            value={own.port}
            inputMode="numeric"
            onChange={(port) => change({ port })}
            fault={shown("port")}
            isRequired
          />
          <Field
            label={say("proxy.own.calls")}
            value={own.calls}
            onChange={(calls) => change({ calls })}
            fault={shown("calls")}
          />
        </div>
      )}
      {make.error !== null && <Trouble error={make.error} />}
      {make.data === undefined ? (
        <div className="actions">
          <Press type="submit" className="button" data-kind="first" isOff={make.isPending}>
            {say("proxy.first.make")}
          </Press>
        </div>
      ) : (
        <>
          <p>{say(`proxy.first.run.${variant}`, { zone: relay.zone, name: make.data.names[0] ?? "" })}</p>
          <CopyLine label={say("proxy.first.command")} text={make.data.command} autoFocus />
          {make.data.calls !== null && (
            <p>
              {say("proxy.own.called", {
                service: make.data.calls.service,
                url: `http://127.0.0.1:${make.data.calls.port}`,
              })}
            </p>
          )}
          <p className="soft">{say("proxy.first.token.about")}</p>
          <p className="soft">{say("proxy.first.envoy")}</p>
        </>
      )}
    </form>
  );
}

function faultsOf({ service, port, calls }: Readonly<Record<"service" | "port" | "calls", string>>) {
  const number = Number(port);
  const isPort = /^\d+$/.test(port) && number >= 1 && number <= 65_535;
  return {
    service: SERVICE.test(service) ? undefined : ("proxy.own.wrong" satisfies TextKey),
    port: isPort ? undefined : ("proxy.own.port.wrong" satisfies TextKey),
    calls: calls === "" || SERVICE.test(calls) ? undefined : ("proxy.own.wrong" satisfies TextKey),
  } as const;
}
