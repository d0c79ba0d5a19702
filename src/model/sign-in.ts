// Sign-ins as their person sees them: by which way, why one was refused, and how many are kept for how long.

/** Ways in, beside the ids of providers. */
export const SIGN_IN_WAYS = ["password", "password and code", "password and recovery code", "passkey"] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** Why one came to nothing. */
export const SIGN_IN_REFUSALS = {
  password: "the password was wrong",
  code: "the password was right, the code was wrong or had been used",
  unfinished: "the password was right, and no code followed",
  passkey: "what the passkey said does not hold",
  taken: "a provider told the address, and did not say that it is the person's own",
  "too-many": "too many had been refused before; it was not even looked at",
} as const;
export type SignInRefusal = keyof typeof SIGN_IN_REFUSALS;

export const SIGN_INS = {
  /** Of those that were let in, and of those that were refused: who guesses pushes none of the others out. */
  mostOfEach: 25,
  /** Milliseconds. */
  kept: 30 * 86_400_000,
  /** Within so much from one place, one that was not looked at stands for all; and a code still ends half a sign-in. Milliseconds. */
  together: 15 * 60_000,
} as const;

/** Since when sign-ins are kept: older ones are shown to nobody, and go. */
export const signInsKeptSince = (now: number): string => new Date(now - SIGN_INS.kept).toISOString();
