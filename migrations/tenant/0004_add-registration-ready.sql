-- Whether others may be told of a zone's ingress or egress: its Envoy listens, or its owner vouches for it.
ALTER TABLE registration ADD COLUMN ready INTEGER NOT NULL DEFAULT 1;
