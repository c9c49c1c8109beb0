-- migrate:up
CREATE TABLE log_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    size bigint NOT NULL DEFAULT 0
);
INSERT INTO log_head DEFAULT VALUES;
COMMENT ON TABLE log_head IS 'Its row lock gives the leaves of all sources one dense index.';

CREATE TABLE leaves (
    index bigint PRIMARY KEY CHECK (index >= 0),
    service text NOT NULL,
    lane smallint NOT NULL,
    number bigint NOT NULL,
    record_id uuid NOT NULL,
    key uuid NOT NULL,
    type text NOT NULL,
    trace_id text,
    causation uuid,
    entry bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    appended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT leaves_address UNIQUE (service, lane, number),
    CONSTRAINT leaves_record_id UNIQUE (record_id)
);
CREATE INDEX leaves_key ON leaves (key);
COMMENT ON COLUMN leaves.key IS 'Stays here: the entry holds its pseudonym only.';

CREATE TABLE checkpoints (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    text text NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The service itself can only add.
REVOKE UPDATE, DELETE, TRUNCATE ON leaves, checkpoints FROM CURRENT_USER;
REVOKE INSERT, DELETE, TRUNCATE ON log_head FROM CURRENT_USER;

-- migrate:down
DROP TABLE checkpoints, leaves, log_head;
