-- What each proxy consists of, as its relay told it: JSON of its program's, its Envoy's and its dependencies' versions.
ALTER TABLE registration ADD COLUMN versions TEXT;
