// A store for what is done beside the writers: that it wrote audit entries is heard by the organisation's writer.
import type { Store } from "#store/store.ts";

/** The same store; `hear` is called once entries are written, and waited for by nobody. */
export function openHeardStore(store: Store, hear: (tenant: string) => Promise<void>): Store {
  return {
    ...store,
    within(tenant) {
      const own = store.within(tenant);
      return {
        ...own,
        async record(entry) {
          await own.record(entry);
          if ((entry.audit ?? []).length > 0) void hear(tenant);
        },
      };
    },
  };
}
