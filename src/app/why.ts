// Handler of `_why`: each setting of a proxy, the rule that set it, those it beat, and the Envoy fields that it became.
import type { Setter, WirePlace, WireSetting } from "#api/inspection.ts";
import type { Place, Setting } from "#control/control.ts";
import { Fault } from "#model/fault.ts";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";
import { inspected, metaView } from "./inspection.ts";

export const dataplaneWhy: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const filter = {
    policy: searchParams.get("policy") ?? "",
    field: (searchParams.get("field") ?? "").toLowerCase(),
    resource: (searchParams.get("resource") ?? "").toLowerCase(),
  };
  if (filter.policy !== "" && kindOfType(filter.policy)?.policy === undefined) {
    throw new Fault("malformed", `${JSON.stringify(filter.policy)} is no type of policy`, {
      violations: [{ field: "policy", reason: "must be the type of a policy: MeshTimeout" }],
    });
  }
  const proxy = await inspected(call);
  const narrowed = filter.policy !== "" || filter.field !== "" || filter.resource !== "";
  const places = proxy.why().map((place) => placeView(place, filter));
  const shown = narrowed ? places.filter(({ settings }) => settings.length > 0) : places;
  return pretty({ resource: metaView(proxy.dataplane), places: shown });
};

interface Filter {
  readonly policy: string;
  /** Lower case. */
  readonly field: string;
  readonly resource: string;
}

function placeView(place: Place, { policy, field, resource }: Filter): WirePlace {
  const isPlace = [place.kind, place.name, place.service].some((text) => text.toLowerCase().includes(resource));
  const settings = place.settings.filter(
    (setting) =>
      (policy === "" || setting.policy === policy) &&
      (holds(setting.field, field) || setting.envoy.some((one) => holds(one.field, field))) &&
      (isPlace || setting.envoy.some((one) => holds(one.resource.name, resource))),
  );
  return { ...place, settings: settings.map(settingView) };
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part);
}

function settingView({ origins, ...setting }: Setting): WireSetting {
  const [first, ...others] = origins.map(setterView);
  return { ...setting, setBy: first ?? null, over: others, envoy: [...setting.envoy] };
}

function setterView({ kri, part, rule }: Setting["origins"][number]): Setter {
  const named = parseKri(kri);
  const type = ALL_KINDS.find(({ shortName }) => shortName === named?.shortName)?.type ?? "";
  return { kri, type, name: named?.name ?? "", rule: part === "default" ? part : `${part}[${rule}]` };
}
