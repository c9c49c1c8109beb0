-- migrate:up
CREATE TABLE request_course (
    request_id uuid PRIMARY KEY,
    requester uuid,
    routed jsonb,
    outcome jsonb
);
CREATE INDEX ON request_course (requester);
COMMENT ON TABLE request_course IS 'The newest routing and outcome of each request: whichever comes second plans the follow-up visits.';

CREATE TABLE erased_person (
    person uuid PRIMARY KEY
);
COMMENT ON TABLE erased_person IS 'Who was erased is visited no more, whatever record comes later.';

-- migrate:down
DROP TABLE erased_person, request_course;
