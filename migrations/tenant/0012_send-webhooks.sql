-- Webhooks: who is told of what, the outbox of events, and how each delivery stands.
CREATE TABLE webhook (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  -- JSON list of events
  events TEXT NOT NULL,
  description TEXT NOT NULL,
  -- Sealed; the older one signs too until its time has passed
  secret TEXT NOT NULL,
  older_secret TEXT,
  older_until TEXT,
  created_at TEXT NOT NULL,
  -- When and why nothing is sent any more; NULL = it is
  disabled_at TEXT,
  disabled_why TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_event (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  time TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_event_time ON webhook_event (tenant_id, time);

CREATE TABLE webhook_delivery (
  tenant_id TEXT NOT NULL,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  -- Of the event
  time TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'dropped')),
  attempts INTEGER NOT NULL,
  -- Milliseconds since 1970 of the next attempt
  due INTEGER NOT NULL,
  -- Of the last attempt: when, the answer's code, and what was wrong
  tried_at TEXT,
  status INTEGER,
  problem TEXT,
  PRIMARY KEY (tenant_id, webhook, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook, state, due);
CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant_id, state, due);
CREATE INDEX webhook_delivery_time ON webhook_delivery (tenant_id, webhook, time);

-- What has been told last of a thing, so that each change is told once.
CREATE TABLE webhook_mark (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;
