-- migrate:up
-- By which fact an agency was given a request, and at which attempt: what gives it back ends that tie and no later one.
ALTER TABLE partner_ties
    ADD COLUMN fact text NOT NULL DEFAULT 'request_routed',
    ADD COLUMN attempt integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT partner_ties_pkey,
    ADD PRIMARY KEY (key, agency, fact, attempt);

-- migrate:down
DELETE FROM partner_ties a USING partner_ties b
WHERE (a.key, a.agency) = (b.key, b.agency) AND (a.fact, a.attempt) > (b.fact, b.attempt);
ALTER TABLE partner_ties
    DROP CONSTRAINT partner_ties_pkey,
    ADD PRIMARY KEY (key, agency),
    DROP COLUMN fact,
    DROP COLUMN attempt;
