// Drafts: what was typed and not yet applied, kept by the browser until it is.

export interface Draft {
  readonly text: string;
  readonly format: "yaml" | "json";
  /** ETag of what the edit began from; null = of nothing. */
  readonly etag: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Drafts {
  get(key: string): Promise<Draft | null>;
  put(key: string, draft: Draft): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What a draft is kept under; without a name it is of a resource that is not there yet, and `given` is what was written at its start. */
export function draftKeyOf(of: {
  readonly org: string;
  readonly kind: { readonly type: string };
  readonly mesh: string;
  readonly name: string | null;
  readonly given?: string;
}): string {
  const { org, kind, mesh, name, given } = of;
  return [org, kind.type, mesh, name ?? "+", ...(given === undefined ? [] : [given])].join(" ");
}

/** What of the browser's storage is used. */
interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = "weft.draft.";

/** For secrets: gone with the tab, and after the sign-out. A browser that keeps nothing loses nothing but what is closed. */
export function sessionDrafts(storage: () => Shelf): Drafts {
  return {
    async get(key) {
      try {
        return JSON.parse(storage().getItem(PREFIX + key) ?? "null") as Draft | null;
      } catch {
        return null;
      }
    },
    async put(key, draft) {
      try {
        storage().setItem(PREFIX + key, JSON.stringify(draft));
      } catch {
        // Full, or not allowed.
      }
    },
    async remove(key) {
      try {
        storage().removeItem(PREFIX + key);
      } catch {
        // As above.
      }
    },
  };
}

const STORE = "draft";

/** For everything else: they outlast the browser's end, and may be as long as they like. */
export function lastingDrafts(): Drafts {
  const opened = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open("weft", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
      const store = (await opened).transaction(STORE, mode).objectStore(STORE);
      const request = work(store);
      return await new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    } catch {
      return null;
    }
  }
  return {
    get: (key) => run<Draft>("readonly", (store) => store.get(key)).then((draft) => draft ?? null),
    put: (key, draft) => run("readwrite", (store) => store.put(draft, key)).then(() => undefined),
    remove: (key) => run("readwrite", (store) => store.delete(key)).then(() => undefined),
  };
}

let lasting: Drafts | null = null;

/** Where drafts of a kind are kept. */
export function draftsOf(kind: { readonly secret: boolean }): Drafts {
  if (kind.secret) return sessionDrafts(() => sessionStorage);
  lasting ??= lastingDrafts();
  return lasting;
}
