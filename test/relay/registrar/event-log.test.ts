// The event log on disk: what lies there, until when, and that no number is given twice.
import { expect, test } from "vitest";
import { type EventLog, openEventLog } from "#relay/registrar/event-log.ts";
import { openDiskKey, openVault, type Vault } from "#relay/state/vault.ts";
import { tempFolder } from "#test/relay/zone/start.ts";

async function open(folder: string): Promise<{ readonly vault: Vault; readonly events: EventLog }> {
  const vault = await openVault(folder, "events", await openDiskKey(folder));
  return { vault, events: await openEventLog(vault, () => undefined) };
}

const gone = { kind: "gone", mesh: "default", name: "web-1", registration: "life" } as const;
const nameOf = (number: number): string => String(number).padStart(16, "0");

test("of events that are covered one by one, those of the newest snapshot stay, and the last as the mark, over a restart too", async () => {
  const folder = tempFolder();
  const { vault, events } = await open(folder);
  for (let index = 0; index < 10; index++) events.cover(events.add(gone).number, true);
  await events.settled();
  expect(await vault.names()).toEqual([nameOf(10)]);
  const again = await open(folder);
  expect(again.events.add(gone).number).toBe(11);
  // The snapshot before this one may be what the next start has.
  again.events.cover(10, true);
  await again.events.settled();
  expect(await vault.names()).toEqual([nameOf(10), nameOf(11)]);
  again.events.cover(10, true);
  await again.events.settled();
  expect(await vault.names()).toEqual([nameOf(11)]);
  expect(again.events.after(0)).toMatchObject([{ number: 11 }]);
});

test("a file that does not open is gone once its number is covered", async () => {
  const folder = tempFolder();
  const other = await openVault(folder, "other", await openDiskKey(folder));
  await other.write(nameOf(3), gone);
  const { vault, events } = await open(folder);
  expect(events.after(0)).toEqual([]);
  const { number } = events.add(gone);
  for (let times = 0; times < 2; times++) events.cover(number - 1, true);
  await events.settled();
  expect(await vault.names()).toEqual([nameOf(4)]);
});
