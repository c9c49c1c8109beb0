-- migrate:up
CREATE TABLE connector_inbox (
    body text NOT NULL,
    message_id uuid NOT NULL,
    mac bytea NOT NULL,
    answer jsonb,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (body, message_id)
);
COMMENT ON TABLE connector_inbox IS 'Messages of other bodies that were taken, with the answer a repeat gets; written in the transaction of what they caused.';

CREATE TABLE connector_nonce (
    body text NOT NULL,
    nonce text NOT NULL,
    created timestamptz NOT NULL,
    PRIMARY KEY (body, nonce)
);
CREATE INDEX ON connector_nonce (created);
COMMENT ON TABLE connector_nonce IS 'Signatures that were seen: one that comes again is a replay. Rows older than the window of time are dropped.';

CREATE TABLE transfer_of_request (
    request_id uuid NOT NULL,
    transfer_id uuid NOT NULL,
    PRIMARY KEY (request_id, transfer_id)
);
COMMENT ON TABLE transfer_of_request IS 'Which transfers a request has; written with the offer, read when the request is withdrawn.';

-- migrate:down
DROP TABLE transfer_of_request, connector_nonce, connector_inbox;
