// Handlers of limits: what each tier allows, and which tier an organisation has.
import { ABSENT_ORGANISATION } from "#api/absent-organisation.ts";
import { checkBody } from "#api/check.ts";
import { type LimitsBody, newTier, type OrganisationTier } from "#api/limit.ts";
import { Fault } from "#model/fault.ts";
import { LIMIT_NAMES, LIMITS, RATE_WINDOW } from "#model/limit/limit.ts";
import type { Organisation } from "#store/face/organisation.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type Call, type Handler, param } from "./call.ts";

export const limits: Handler<"none"> = ({ app }) => {
  const body: LimitsBody = {
    usual: app.tiers.usual.tier,
    window: RATE_WINDOW,
    limits: LIMIT_NAMES.map((name) => {
      const { unit, per, what, most } = LIMITS[name];
      return { name, unit, per, what, most };
    }),
  };
  return pretty(body);
};

export const getTier: Handler<"operator"> = async (call) => pretty(await bodyOf(call, await organisationOf(call)));

export const setTier: Handler<"operator"> = async (call) => {
  const { tier, limits: changed = {} } = checkBody(newTier, await readJson(call));
  const organisation = await organisationOf(call);
  await call.app.tiers.set(organisation, { tier, limits: changed });
  return pretty(await bodyOf(call, organisation));
};

async function organisationOf(call: Call): Promise<Organisation> {
  const name = param(call, "organisation");
  const found = await call.app.store.directory.findOrganisation({ name });
  if (found === null) throw new Fault("absent", ABSENT_ORGANISATION);
  return found;
}

async function bodyOf({ app }: Call, organisation: Organisation): Promise<OrganisationTier> {
  const { tier, limits: changed } = await app.tiers.said(organisation);
  const holds = await app.tiers.of(organisation.id);
  return { organisation: organisation.name, tier, limits: { ...changed }, holds };
}
