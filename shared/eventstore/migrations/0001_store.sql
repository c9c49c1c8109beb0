-- migrate:up
CREATE TABLE installation (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch uuid NOT NULL,
    lanes smallint NOT NULL
);
INSERT INTO installation (epoch, lanes) VALUES (gen_random_uuid(), 16);

CREATE TABLE events (
    stream text NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL,
    fact text NOT NULL,
    key uuid NOT NULL,
    lane smallint NOT NULL,
    body bytea NOT NULL,
    salt bytea NOT NULL,
    commitment bytea NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    role text NOT NULL,
    unit text,
    actor uuid,
    trace text,
    causation uuid,
    outcome text,
    rule text,
    CONSTRAINT events_stream_version PRIMARY KEY (stream, version),
    CONSTRAINT events_event_id UNIQUE (event_id)
);
CREATE INDEX events_key ON events (key);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane smallint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    data bytea
);

CREATE TABLE lane_head (
    lane smallint PRIMARY KEY,
    head bigint NOT NULL DEFAULT 0
);
INSERT INTO lane_head (lane) SELECT generate_series(0, 15);

CREATE TABLE feed (
    lane smallint NOT NULL,
    number bigint NOT NULL,
    event_id uuid NOT NULL CONSTRAINT feed_event_id UNIQUE,
    type text NOT NULL,
    data bytea,
    PRIMARY KEY (lane, number)
);

CREATE TABLE timers (
    stream text NOT NULL,
    name text NOT NULL,
    generation integer NOT NULL,
    due_at timestamptz NOT NULL,
    key uuid NOT NULL,
    trace text,
    PRIMARY KEY (stream, name)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE idempotency (
    principal text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    body_mac bytea NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_key PRIMARY KEY (principal, operation, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE positions (
    reader text NOT NULL,
    service text NOT NULL,
    lane smallint NOT NULL,
    number bigint NOT NULL DEFAULT 0,
    epoch uuid NOT NULL,
    PRIMARY KEY (reader, service, lane)
);

CREATE TABLE parked (
    reader text NOT NULL,
    service text NOT NULL,
    lane smallint NOT NULL,
    number bigint NOT NULL,
    key uuid NOT NULL,
    record bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'poison')),
    reason text NOT NULL,
    tries integer NOT NULL DEFAULT 1,
    parked_id bigint GENERATED ALWAYS AS IDENTITY,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retry_at timestamptz,
    PRIMARY KEY (reader, service, lane, number)
);
CREATE INDEX parked_key ON parked (reader, key);

CREATE TABLE view_versions (
    name text PRIMARY KEY,
    version integer NOT NULL
);

-- migrate:down
DROP TABLE view_versions, parked, positions, idempotency, timers, feed, lane_head, outbox, events, installation;
