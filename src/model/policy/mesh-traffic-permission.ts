// Policy MeshTrafficPermission: which clients may reach an inbound.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { matchShape } from "#model/rule-match.ts";
import { may } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";

const action = z.strictObject({ action: may(z.enum(["Allow", "Deny", "AllowWithShadowDeny"])) });

const lists = z.strictObject({
  allow: may(z.array(matchShape)),
  deny: may(z.array(matchShape)),
  allowWithShadowDeny: may(z.array(matchShape)),
});

export const meshTrafficPermissionShape = z.strictObject({
  targetRef: may(targetRefShape),
  from: may(z.array(z.strictObject({ targetRef: targetRefShape, default: may(action) }))),
  rules: may(z.array(z.strictObject({ default: lists }))),
});
export type MeshTrafficPermissionSpec = Frozen<z.infer<typeof meshTrafficPermissionShape>>;
/** Conf of a `from` item. */
export type PermissionAction = Frozen<z.infer<typeof action>>;
/** Conf of a `rules` item; denies of all rules come before their allows. */
export type PermissionLists = Frozen<z.infer<typeof lists>>;

export const meshTrafficPermission: Kind<MeshTrafficPermissionSpec> = {
  type: "MeshTrafficPermission",
  path: "meshtrafficpermissions",
  aliases: [],
  shortName: "mtp",
  scope: "Mesh",
  envelope: "spec",
  singularDisplayName: "Mesh Traffic Permission",
  pluralDisplayName: "Mesh Traffic Permissions",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
  shape: meshTrafficPermissionShape,
  validate: () => [],
  policy: { order: 1100, to: false, from: true, rules: true, fromAsRules: false },
};
