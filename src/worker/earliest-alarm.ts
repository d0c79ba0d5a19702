// The one alarm of an object, for many who ask for a time: it stands at the earliest, and what it wakes asks again.

/** Of a Durable Object. */
export interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  put(key: string, value: string): Promise<void>;
}

/** Where the object keeps whose it is: an alarm is told nothing. */
export const TENANT = "tenant";

/** Asks for a time in milliseconds since 1970. One after the other: of two that both found none, the later time would stand. */
export function openEarliestAlarm(storage: AlarmStorage): (tenant: string, at: number) => Promise<void> {
  let queue: Promise<unknown> = Promise.resolve();
  const ask = async (tenant: string, at: number): Promise<void> => {
    const standing = await storage.getAlarm();
    if (standing !== null && standing <= at) return;
    if (standing === null) await storage.put(TENANT, tenant);
    await storage.setAlarm(at);
  };
  return (tenant, at) => {
    const mine = queue.then(() => ask(tenant, at));
    queue = mine.catch(() => undefined);
    return mine;
  };
}
