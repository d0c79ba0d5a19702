-- Invitations by the address that they are for: who is invited may sign up where nobody else may.

CREATE INDEX invitation_email ON invitation (email);
