-- migrate:up
CREATE TABLE order_of_request (
    request_id uuid NOT NULL,
    order_id uuid NOT NULL,
    PRIMARY KEY (request_id, order_id)
);
COMMENT ON TABLE order_of_request IS 'Which orders a request has; written with the offer, read when the request is withdrawn.';

CREATE TABLE withdrawn_request (
    request_id uuid PRIMARY KEY,
    withdrawn_at timestamptz NOT NULL
);
COMMENT ON TABLE withdrawn_request IS 'A withdrawal may arrive before the routing that it makes needless.';

-- migrate:down
DROP TABLE withdrawn_request, order_of_request;
