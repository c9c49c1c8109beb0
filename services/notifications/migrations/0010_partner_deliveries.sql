-- migrate:up
-- What notifications knows of a request for one question: may partner agencies learn of it?
CREATE TABLE partner_requests (
    key uuid PRIMARY KEY,
    known text NOT NULL
);

-- Which agencies a request or firm was given to.
CREATE TABLE partner_ties (
    key uuid NOT NULL,
    agency text NOT NULL,
    PRIMARY KEY (key, agency)
);

-- Records of requests of which too little is known yet, in the order in which they came.
CREATE TABLE partner_held (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key uuid NOT NULL,
    record bytea NOT NULL
);
CREATE INDEX partner_held_key ON partner_held (key);

-- Numbers are dense over what the subscription itself receives: nothing else can be seen in them.
CREATE TABLE partner_heads (
    subscription_id uuid PRIMARY KEY,
    made bigint NOT NULL DEFAULT 0
);

CREATE TABLE partner_deliveries (
    subscription_id uuid NOT NULL,
    number bigint NOT NULL,
    key uuid NOT NULL,
    record_id uuid NOT NULL,
    fact text NOT NULL,
    level text NOT NULL,
    body bytea NOT NULL,
    trace text,
    made_at timestamptz NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    tries integer NOT NULL DEFAULT 0,
    status integer,
    failure text,
    tried_at timestamptz,
    taken_at timestamptz,
    PRIMARY KEY (subscription_id, number),
    CONSTRAINT partner_deliveries_once UNIQUE (subscription_id, record_id)
);
CREATE INDEX partner_deliveries_key ON partner_deliveries (key);
CREATE INDEX partner_deliveries_age ON partner_deliveries (made_at);

-- How far each way has brought them; a lease keeps two couriers apart.
CREATE TABLE partner_positions (
    subscription_id uuid NOT NULL,
    way text NOT NULL,
    sent bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    PRIMARY KEY (subscription_id, way)
);

-- migrate:down
DROP TABLE partner_positions, partner_deliveries, partner_heads, partner_held, partner_ties, partner_requests;
