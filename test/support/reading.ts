// Reads bodies of a kind as a write would, for tests of its violations and answers.
import { kindOfType } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { fromWire, toWire } from "#model/wire.ts";

function kindOf(type: string): NonNullable<ReturnType<typeof kindOfType>> {
  const kind = kindOfType(type);
  if (kind === undefined) throw new TypeError(type);
  return kind;
}

/** Violations as `field: reason`, in their order; empty where the body is taken. `body` stands beside the name. */
export function refusalsOf(type: string, body: object): readonly string[] {
  const { violations = [] } = fromWire(
    kindOf(type),
    { type, mesh: "default", name: "x1", ...body },
    { mesh: "default", name: "x1" },
  );
  return violations.map(({ field, reason }) => `${field}: ${reason}`);
}

/** What a read answers of a body that was taken, without its envelope; it must be taken again as it stands. */
export function answerOf(type: string, body: object): Readonly<Record<string, unknown>> {
  const write = (json: object): Resource => {
    const { resource, violations } = fromWire(kindOf(type), json, { mesh: "default", name: "x1" });
    if (resource === undefined) throw new TypeError(JSON.stringify(violations));
    return resource;
  };
  const first = toWire(write({ type, mesh: "default", name: "x1", ...body }));
  const again = toWire(write(JSON.parse(JSON.stringify(first))));
  if (JSON.stringify(first) !== JSON.stringify(again)) throw new TypeError(`changes when read: ${type}`);
  const { type: _type, mesh: _mesh, name: _name, kri: _kri, ...said } = first;
  return said;
}
