-- migrate:up
CREATE TABLE invitations (
    code text PRIMARY KEY,
    case_id uuid NOT NULL,
    request_id uuid NOT NULL,
    party uuid NOT NULL,
    invitation uuid NOT NULL,
    salt bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT invitations_party UNIQUE (case_id, party)
);

-- migrate:down
DROP TABLE invitations;
