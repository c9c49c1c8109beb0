-- migrate:up
CREATE TABLE items (
    item uuid PRIMARY KEY,
    stream_id uuid NOT NULL,
    request_id uuid,
    owner uuid,
    sealed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX items_owner ON items (owner);
CREATE INDEX items_sealed_at ON items (sealed_at);
COMMENT ON TABLE items IS 'Every reference that was ever sealed; a row stays when its content is erased.';

CREATE TABLE data_keys (
    key_id uuid PRIMARY KEY,
    stream_id uuid NOT NULL,
    owner uuid,
    provider text NOT NULL,
    wrapped bytea NOT NULL,
    CONSTRAINT data_keys_one_for_person_and_request UNIQUE NULLS NOT DISTINCT (stream_id, owner)
);
CREATE INDEX data_keys_owner ON data_keys (owner);

CREATE TABLE contents (
    item uuid PRIMARY KEY REFERENCES items,
    key_id uuid NOT NULL REFERENCES data_keys ON DELETE CASCADE,
    kind text NOT NULL,
    level text NOT NULL,
    salt bytea NOT NULL,
    ciphertext bytea NOT NULL
);
CREATE INDEX contents_key_id ON contents (key_id);
COMMENT ON TABLE contents IS 'Salt and ciphertext, which die with their data key.';

-- migrate:down
DROP TABLE contents, data_keys, items;
