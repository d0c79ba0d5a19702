// How many proxies of a service are healthy.
import type { ReactNode } from "react";
import type { Service } from "#console/data/services.ts";
import { useSay } from "#console/text/say.ts";
import { Status, type Tone } from "./status.tsx";

export function Health({
  service: { kind, proxies },
}: {
  readonly service: Pick<Service, "kind" | "proxies">;
}): ReactNode {
  const say = useSay();
  if (proxies === null) return kind.includes("external") && <span className="soft">{say("service.outside")}</span>;
  const { healthy, total } = proxies;
  const tone: Tone = total === 0 ? "none" : healthy === total ? "good" : healthy === 0 ? "bad" : "doubt";
  return <Status tone={tone}>{say("service.health", { healthy, total })}</Status>;
}
