-- Sessions by their end: those that have ended are removed without reading the others.
CREATE INDEX session_end ON session (expires_at);
