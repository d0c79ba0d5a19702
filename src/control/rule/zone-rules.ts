// Rules of Zone: it stays while relays may come for it.
import type { Rule } from "./rule.ts";

/** Relays hold their zone: an enrolled one keeps serving, and would be answered for a zone that is not there. */
export const deleteZone: Rule = ({ draft, planned }) => {
  const relays = [...draft.state.relays.values()].filter(({ zone, revoked }) => zone === planned.key.name && !revoked);
  return relays.map(({ relay }) => ({
    field: "zone",
    reason: `unable to delete Zone, its relay ${JSON.stringify(relay)} is still enrolled, please shut it down and revoke it first: weft zone revoke-relay ${planned.key.name} ${relay}`,
  }));
};
