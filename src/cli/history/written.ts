// What files would change: their documents beside what stands, both as the control plane would store them.
import type { CheckedResource } from "#cli/apply/check.ts";
import type { Connection } from "#cli/connection.ts";
import { Fault } from "#model/fault.ts";
import { judgeOf } from "#model/judges.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import { withZone } from "#model/kind/zone-proxy-rules.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import { isZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { LABEL } from "#model/tag.ts";
import { fromWire, toWire } from "#model/wire.ts";
import type { Difference } from "./difference-text.ts";

/** What answers show in place of an inline key. */
const WITHHELD = { inlineString: "[sealed]" };

/** How each document differs from what stands; those that do not are left out. Keys that are inline are not compared. */
export async function differencesOf(
  connection: Connection,
  checked: readonly CheckedResource[],
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const { key, body } of checked) {
    const kind = kindOfType(key.type) as Kind;
    const standing = await connection.ask(`${key.type} ${key.name} could not be read`, (client, organisation) =>
      client
        .resources(organisation)
        .get(kind, key.mesh, key.name)
        .catch((thrown: unknown) => {
          if (thrown instanceof Fault && thrown.code === "absent") return null;
          throw thrown;
        }),
    );
    const old = standing === null ? null : (fromWire(kind, standing, key).resource ?? null);
    const said = fromWire(kind, body, key).resource;
    if (said === undefined) continue;
    const zone = old?.labels[LABEL.zone] ?? said.labels[LABEL.zone];
    const now = withoutKeys(kind, asStored(kind, said, zone));
    if (old !== null && sameJson(contentOf(old), contentOf(now))) continue;
    const hides = kind.secret;
    // Content that this token does not see cannot be read again, and may differ.
    const before = old === null ? standing : shown(old, hides);
    const change = standing === null ? "created" : "updated";
    found.push({ ...key, change, before, after: shown(now, hides), ...(hides && { withheld: true }) });
  }
  return found;
}

/** With the labels and the zone that the control plane writes. */
function asStored(kind: Kind, said: Resource, zone: string | undefined): Resource {
  const judge = judgeOf(kind);
  const written = judge.written === undefined ? said : { ...said, spec: judge.written(said.spec) };
  if (zone === undefined || said.labels[LABEL.origin] === "global")
    return { ...written, labels: computedLabels(written) };
  const spec =
    said.type === "Dataplane"
      ? withZoneTag(written.spec as DataplaneSpec, zone)
      : isZoneProxyKind(said.type)
        ? withZone(written.spec as Parameters<typeof withZone>[0], zone)
        : written.spec;
  const placed = { ...written, spec };
  return { ...placed, labels: computedLabels(placed, zone) };
}

/** With the mark that answers show in place of inline keys. */
function withoutKeys(kind: Kind, resource: Resource): Resource {
  let { spec } = resource;
  for (const { at } of kind.keyPlaces?.(spec) ?? []) spec = marked(spec, at);
  return { ...resource, spec };
}

function marked(value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  const held = value as Readonly<Record<string | number, unknown>>;
  if (step === undefined) return held.inline === undefined && held.inlineString === undefined ? held : WITHHELD;
  const made = marked(held[step], rest);
  return Array.isArray(value) ? value.with(step as number, made) : { ...held, [step]: made };
}

function contentOf({ labels, spec }: Resource): unknown {
  return { labels, spec };
}

function shown(resource: Resource, hides: boolean): object {
  return toWire(hides ? { ...resource, spec: {} } : resource, { kri: false });
}
