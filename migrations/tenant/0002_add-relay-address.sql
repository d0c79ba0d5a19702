-- Where the other relays and the proxies of a zone reach a relay, and the CA of its certificate; empty until it says so.
ALTER TABLE zone_head ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE zone_head ADD COLUMN ca TEXT NOT NULL DEFAULT '';
