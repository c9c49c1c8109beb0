-- migrate:up
CREATE TABLE sketches (
    item uuid PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
    request_id uuid NOT NULL,
    sealed_at timestamptz NOT NULL,
    grams integer[] NOT NULL,
    names integer[] NOT NULL
);
CREATE INDEX sketches_request ON sketches (request_id);
CREATE INDEX sketches_grams ON sketches USING gin (grams);
CREATE INDEX sketches_names ON sketches USING gin (names);
COMMENT ON TABLE sketches IS 'Keyed hashes of telling words, to find texts about the same; they die with their text.';

-- migrate:down
DROP TABLE sketches;
