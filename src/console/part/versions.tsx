// What a proxy runs: the version of its Envoy, and of the program beside it; marked where the release does not support it.
import type { ReactNode } from "react";
import type { ProxyRow } from "#console/data/proxy.ts";
import { useSay } from "#console/text/say.ts";
import { Status } from "./status.tsx";

export function Versions({ versions }: { readonly versions: NonNullable<ProxyRow["versions"]> }): ReactNode {
  const say = useSay();
  const { envoy, program, old } = versions;
  const text = `${envoy === "" ? say("proxy.version.unknown") : `Envoy ${envoy}`}${program.name === "" ? "" : ` · ${program.name} ${program.version}`}`;
  if (old === "") return text;
  return (
    <Status tone="doubt">
      <span title={say(`proxy.version.old.${old}`)}>{text}</span>
    </Status>
  );
}
