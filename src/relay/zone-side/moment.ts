// The moment of a zone side: the snapshot that it holds, whether the control plane is reached, and who hears of changes.
import type { Envelope, EnvelopeRelay } from "#api/zone.ts";
import type { SignedSnapshot } from "#relay/zone/signed.ts";

export interface Moment {
  readonly signed: SignedSnapshot | null;
  /** Null before the first answer or failure. */
  reachable: boolean | null;
  readonly envelope: Envelope | null;
  /** What the envelope says of this relay. */
  readonly own: EnvelopeRelay | undefined;
  /** Whether the zone has other relays. */
  readonly hasOthers: boolean;
  hold(next: SignedSnapshot): void;
  /** Something that is served, or of which it is made, is another. */
  changed(): void;
  /** The listener is called at each change, until what is returned is called. */
  onChange(listener: () => void): () => void;
  /** Resolves at the next change, or after so many milliseconds. */
  next(milliseconds: number): Promise<void>;
  /** Nobody hears of changes any more. */
  close(): void;
}

export function createMoment(relay: string): Moment {
  const listeners = new Set<() => void>();
  let signed: SignedSnapshot | null = null;
  const relays = (): readonly EnvelopeRelay[] => signed?.envelope.relays ?? [];
  return {
    reachable: null,
    get signed() {
      return signed;
    },
    get envelope() {
      return signed?.envelope ?? null;
    },
    get own() {
      return relays().find(({ id }) => id === relay);
    },
    get hasOthers() {
      return relays().length > 1;
    },
    hold(next) {
      signed = next;
    },
    changed() {
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    next: (milliseconds) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          listeners.delete(done);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        listeners.add(done);
      }),
    close: () => listeners.clear(),
  };
}
