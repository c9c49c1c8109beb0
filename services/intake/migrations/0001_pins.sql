-- migrate:up
CREATE TABLE pins (
    code text PRIMARY KEY,
    request_id uuid NOT NULL UNIQUE,
    salt bytea NOT NULL,
    hash bytea NOT NULL
);

-- migrate:down
DROP TABLE pins;
