// The order of test files: those that take longest first, so that none goes on alone at the end. Vitest knows it only of files that it has run.
import { BaseSequencer } from "vitest/node";

/** What took longest in a whole run on two processors, the longest of each suite first. Of all others the larger file comes first. */
const LONG = [
  "test/differential/differential.test.ts",
  "test/store/sqld.test.ts",
  "test/store/upgrade.test.ts",
  "test/app/node.test.ts",
  "test/deploy.test.ts",
  "test/wrangler-dev.test.ts",
  "test/cli/workers.test.ts",
  "test/control/guard/guard.test.ts",
  "test/relay/replica/replicas.test.ts",
  "test/app/grant.test.ts",
  "test/xds/envoy.test.ts",
  "test/app/kumactl.test.ts",
  "test/cli/proxy.test.ts",
  "test/control/plan-moved.test.ts",
  "test/relay/zones.property.test.ts",
  "test/app/account.test.ts",
  "test/cli/install.test.ts",
  "test/control/many.test.ts",
  "test/app/bell.test.ts",
  "test/worker/app.test.ts",
  "test/worker/object-held.test.ts",
  "test/worker/object-bell.test.ts",
  "test/worker/store.test.ts",
  "test/worker/bell.test.ts",
  "test/e2e/narrow.test.ts",
  "test/e2e/frame.test.ts",
  "test/e2e/first-steps.test.ts",
  "test/e2e/members.test.ts",
  "test/e2e/topology.test.ts",
  "test/e2e/account.test.ts",
  "test/e2e/sign-up.test.ts",
  "test/e2e/access.test.ts",
  "test/e2e/palette.test.ts",
  "test/e2e/editor.test.ts",
  "test/e2e/plan.test.ts",
  "test/e2e/sign-in-ways.test.ts",
  "test/e2e/chart.test.ts",
  "test/mesh/bell.test.ts",
  "test/mesh/zones/kuma-dp.test.ts",
  "test/mesh/rollout/rollback.test.ts",
  "test/mesh/zones/two-relays.test.ts",
  "test/mesh/zones/cut-off.test.ts",
  "test/mesh/rollout/webhook.test.ts",
  "test/mesh/zones/cut-off-egress.test.ts",
  "test/mesh/zones/transparent.test.ts",
  "test/mesh/up.test.ts",
  "test/mesh/rollout/approval.test.ts",
  "test/mesh/scale-out.test.ts",
  "test/mesh/standalone.test.ts",
  "test/mesh/rollout/rollback-command.test.ts",
];

const placeOf = ({ moduleId }) => {
  const place = LONG.findIndex((file) => moduleId.endsWith(`/${file}`));
  return place === -1 ? LONG.length : place;
};

export default class LongestFirst extends BaseSequencer {
  async sort(files) {
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
