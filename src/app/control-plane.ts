// Handlers that tell about the control plane and the caller: index, types, configuration, tokens of dataplanes.
import { checkBody } from "#api/check.ts";
import { dataplaneToken, type Index, type Policies, type ResourceTypes, zoneToken } from "#api/kuma.ts";
import { KUMA_VERSION } from "#api/kuma-version.ts";
import { Fault } from "#model/fault.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, isPolicy, kindOfPath, kindOfType, type TypeName } from "#model/kinds.ts";
import { plain, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Call, type Handler, param } from "./call.ts";
import { seconds } from "./organisation.ts";

export const health: Handler<"none"> = () => plain("OK\n");

/** What kumactl and the GUI ask first; product and version are what they insist on. */
export const index: Handler<"none"> = ({ app, url }) => {
  const body: Index = {
    clusterId: app.controlPlane,
    gui: "/gui",
    hostname: url.hostname,
    instanceId: `weft-${app.controlPlane.slice(0, 8)}`,
    product: "Kuma",
    version: KUMA_VERSION,
  };
  return pretty(body);
};

/** Stands in the kept text for the address that is asked. */
const HERE = "weft://here";
let kept: string | undefined;

/**
 * Below an organisation's address and without: the paths in the document are the same. The text is asked for once, for it takes as
 * long as a hundred polls, and everybody may ask for it.
 */
export const openapi: Handler<"none"> = async (call) => {
  kept ??= await call.app.reader.openapi(HERE);
  const body = kept.replace(JSON.stringify(HERE), () => JSON.stringify(baseOf(call)));
  return new Response(body, { headers: { "content-type": "application/json" } });
};

function baseOf({ url, operation, params }: Call): string {
  const own = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const path = url.pathname.endsWith(own) ? url.pathname.slice(0, -own.length) : "";
  return `${url.origin}${path}`;
}

export const resourceTypes: Handler<"api"> = () => {
  const body: ResourceTypes = { resources: [...ALL_KINDS].sort(byType).map(typeRow) };
  return pretty(body);
};

function byType(one: Kind, other: Kind): number {
  return one.type < other.type ? -1 : 1;
}

function typeRow(kind: Kind): ResourceTypes["resources"][number] {
  const { type, scope, path, shortName, readOnly, singularDisplayName, pluralDisplayName, policy, older } = kind;
  const row = {
    includeInFederation: FEDERATED.has(type) || policy !== undefined || older !== undefined,
    name: type,
    path,
    pluralDisplayName,
    readOnly,
    scope,
    shortName,
    singularDisplayName,
  };
  if (policy === undefined && older === undefined) return row;
  return {
    ...row,
    policy: {
      isTargetRef: policy !== undefined,
      hasToTargetRef: policy?.to === true,
      hasFromTargetRef: policy?.from === true,
      hasRulesTargetRef: policy?.rules === true,
      isFromAsRules: policy?.fromAsRules === true,
    },
  };
}

/** What `kumactl export --profile federation` takes along beside policies. */
const FEDERATED: ReadonlySet<string> = new Set(["Mesh", "MeshGateway", "Secret", "GlobalSecret"]);

export const resourceSchema: Handler<"api"> = async (call) => {
  const type = param(call, "type");
  const kind = kindOfType(type) ?? kindOfPath(type);
  if (kind === undefined) throw new Fault("absent", `There is no kind ${JSON.stringify(type.slice(0, 100))}`);
  return pretty(await call.app.reader.schema(kind.type as TypeName));
};

export const policies: Handler<"api"> = () => {
  const body: Policies = {
    policies: [...ALL_KINDS]
      .filter(isPolicy)
      .sort(byType)
      .map((kind) => ({
        name: kind.type,
        readOnly: kind.readOnly,
        path: kind.path,
        singularDisplayName: kind.singularDisplayName,
        pluralDisplayName: kind.pluralDisplayName,
        isExperimental: false,
        isTargetRefBased: kind.policy !== undefined,
        isInbound: kind.policy?.from === true || kind.policy?.rules === true,
        isOutbound: kind.policy?.to === true,
      })),
  };
  return pretty(body);
};

export const whoAmI: Handler<"api"> = ({ caller, holder }) => {
  const groups = caller.scopes.includes("admin")
    ? ["mesh-system:admin", "mesh-system:authenticated"]
    : ["mesh-system:authenticated"];
  return pretty({ name: holder.name, groups });
};

/** What of Kuma's configuration holds here and a client may ask for. */
export const config: Handler<"api"> = ({ organisation }) =>
  pretty({
    environment: "universal",
    mode: "global",
    store: { type: "weft" },
    apiServer: { readOnly: false, gui: { enabled: false } },
    organisation: organisation.name,
  });

const DAY = 24 * 3600;
const TEN_YEARS = 3650 * DAY;

export const createDataplaneToken: Handler<"api"> = async (call) => {
  const body = checkBody(dataplaneToken, await readJson(call), "Could not issue a token");
  const { name = "", mesh, tags, type = "", workload = "", validFor = "" } = body;
  const token = await call.app.writer.createDataplaneToken(call.caller, {
    name,
    mesh,
    tags: tags ?? {},
    type,
    workload,
    validForSeconds: validityOf(validFor),
  });
  return plain(token);
};

export const createZoneToken: Handler<"api"> = async (call) => {
  const { zone = "", scope, validFor = "" } = checkBody(zoneToken, await readJson(call), "Could not issue a token");
  const request = { zone, scope: scope ?? [], validForSeconds: validityOf(validFor) };
  return plain(await call.app.writer.createZoneToken(call.caller, request));
};

/** Seconds; Kuma's validity where none is asked for. */
function validityOf(validFor: string): number {
  return validFor === "" || validFor === "0s" ? TEN_YEARS : seconds(validFor);
}
