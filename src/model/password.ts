// How long passwords are. Nothing is asked of their letters (NIST SP 800-63B §3.1.1.2), and a password manager's fits.

/** Characters. The most is what one hash is spent on. */
export const PASSWORD_LENGTH = { least: 10, most: 128 } as const;
