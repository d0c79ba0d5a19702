// The store's contract: what every engine must do alike.
import { describe } from "vitest";
import { accountContract } from "./contract/account.ts";
import { addressContract } from "./contract/address.ts";
import { auditContract } from "./contract/audit.ts";
import { collectContract } from "./contract/collect.ts";
import { commitContract } from "./contract/commit.ts";
import { copyContract } from "./contract/copy.ts";
import { directoryContract } from "./contract/directory.ts";
import { endingContract } from "./contract/ending.ts";
import { failureContract } from "./contract/failure.ts";
import { historyContract } from "./contract/history.ts";
import { isolationContract } from "./contract/isolation.ts";
import { keyContract } from "./contract/key.ts";
import { memberContract } from "./contract/member.ts";
import { passkeyContract } from "./contract/passkey.ts";
import { planContract } from "./contract/plan.ts";
import { raceContract } from "./contract/race.ts";
import { readContract } from "./contract/read.ts";
import { registrationContract } from "./contract/registration.ts";
import { relayContract } from "./contract/relay.ts";
import { removalContract } from "./contract/removal.ts";
import { snapshotContract } from "./contract/snapshot.ts";
import { webhookContract } from "./contract/webhook.ts";
import { type Engine, harnessOf } from "./harness.ts";

/** Runs the whole contract on one engine. */
export function storeContract(engine: Engine): void {
  describe(`store on ${engine.name}`, () => {
    const harness = harnessOf(engine);
    describe("commits", () => commitContract(harness));
    describe("races", () => raceContract(harness));
    describe("failures", () => failureContract(harness));
    describe("history", () => historyContract(harness));
    describe("plans and effects", () => planContract(harness));
    describe("reads", () => readContract(harness));
    describe("registrations, events, proofs", () => registrationContract(harness));
    describe("relays and delivery", () => relayContract(harness));
    describe("virtual addresses", () => addressContract(harness));
    describe("snapshots", () => snapshotContract(harness));
    describe("collected blobs", () => collectContract(harness));
    describe("audit log", () => auditContract(harness));
    describe("webhooks", () => webhookContract(harness));
    describe("credentials and keys", () => keyContract(harness));
    describe("tenants", () => isolationContract(harness));
    describe("copies", () => copyContract(harness));
    describe("directory", () => directoryContract(harness));
    describe("ends", () => endingContract(harness));
    describe("removals beside moves", () => removalContract(harness));
    describe("members and invitations", () => memberContract(harness));
    describe("people and sessions", () => accountContract(harness));
    describe("passkeys", () => passkeyContract(harness));
  });
}
