// Handler of `_why`: each setting of a proxy, the rule that set it, those it beat, and the Envoy fields that it became.
import type { Setter, WirePlace, WireSetting } from "#api/inspection.ts";
import type { Place, PolicyPart, Setting } from "#control/face/reader.ts";
import { type ConfPart, isConfPart } from "#model/conf-field.ts";
import { Fault } from "#model/fault.ts";
import { ALL_KINDS, kindOfType, type TypeName } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { inspected, metaView, readFlag } from "./inspection.ts";

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
  const { dataplane, why, faults: found } = await inspected(call, { why: [], faults: [] });
  const narrowed = filter.policy !== "" || filter.field !== "" || filter.resource !== "";
  const withUnset = readFlag(searchParams, "unset");
  const fieldsOf = withUnset ? await readFields(call, why) : null;
  const places = why.map((place) => ({
    ...placeView(place, filter),
    ...(fieldsOf === null ? {} : { unset: unsetIn(place, filter, fieldsOf) }),
  }));
  const shown = narrowed ? places.filter(({ settings }) => settings.length > 0) : places;
  const faults = found.map((fault) => ({ ...named(fault.kri), ...fault }));
  return pretty({ resource: metaView(dataplane), places: shown, faults });
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
  return { ...place, settings: settings.flatMap(settingView) };
}

function holds(text: string, part: string): boolean {
  return text.toLowerCase().includes(part);
}

function settingView({ origins, envoy, ...setting }: Setting): readonly WireSetting[] {
  const [setBy, ...over] = origins.map(setterView);
  return setBy === undefined ? [] : [{ ...setting, setBy, over, envoy: [...envoy] }];
}

/** What a policy says once, and not in a list. */
const WHOLE = new Set<string>(["default", "conf"]);

function setterView({ kri, part, rule }: Setting["origins"][number]): Setter {
  return { kri, ...named(kri), rule: WHOLE.has(part) ? part : `${part}[${rule}]` };
}

/** What a KRI names, as answers tell it; empty texts where it names nothing that is known. */
export function named(kri: string): { readonly type: string; readonly name: string } {
  const parts = parseKri(kri);
  const type = ALL_KINDS.find(({ shortName }) => shortName === parts?.shortName)?.type ?? "";
  return { type, name: parts?.name ?? "" };
}

type FieldsOf = (policy: string, part: ConfPart) => readonly string[];

/** The fields of the parts of policies that say something of any of the places; asked for once. */
async function readFields(call: ApiCall, places: readonly Place[]): Promise<FieldsOf> {
  const parts = new Map<string, PolicyPart>();
  for (const { policy, origins } of places.flatMap(({ settings }) => settings)) {
    for (const { part } of kindOfType(policy) === undefined ? [] : origins)
      if (isConfPart(part)) parts.set(`${policy} ${part}`, { policy: policy as TypeName, part });
  }
  const fields = await call.app.reader.confFields([...parts.values()]);
  const known = new Map([...parts.keys()].map((key, index) => [key, fields[index]]));
  return (policy, part) => known.get(`${policy} ${part}`) ?? [];
}

/** By policy that says something of the place: what it might have said in the same lists, and did not. */
function unsetIn({ settings }: Place, { policy, field }: Filter, fieldsOf: FieldsOf): NonNullable<WirePlace["unset"]> {
  const types = [...new Set(settings.map((setting) => setting.policy))];
  return types.flatMap((type) => {
    if (policy !== "" && policy !== type) return [];
    const said = settings.filter((setting) => setting.policy === type);
    const parts = said.flatMap(({ origins }) => origins.map(({ part }) => part)).filter(isConfPart);
    const fields = [...new Set(parts.flatMap((part) => fieldsOf(type, part)))].filter(
      (one) => holds(one, field) && !said.some((setting) => isIn(setting.field, one)),
    );
    return fields.length === 0 ? [] : [{ policy: type, fields }];
  });
}

/** Whether a setting's field is the field, or something in it. */
function isIn(field: string, whole: string): boolean {
  return field === whole || field.startsWith(`${whole}.`) || field.startsWith(`${whole}[`);
}
