-- migrate:up
-- One round trip for a batch: the lock on the heads, the numbers, and one NOTIFY. Each statement of a volatile function
-- sees what was committed before it began, so the second one sees all that the former holder of the lock numbered.
CREATE FUNCTION number_outbox(most integer, channel text, payload text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    numbered integer;
BEGIN
    -- Most polls find nothing, and looking takes no lock.
    IF NOT EXISTS (SELECT FROM outbox) THEN
        RETURN 0;
    END IF;
    PERFORM FROM lane_head ORDER BY lane FOR UPDATE;
    WITH taken AS (
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT most)
        RETURNING id, lane, event_id, type, data
    ), added AS (
        INSERT INTO feed (lane, number, event_id, type, data)
        SELECT t.lane, h.head + row_number() OVER (PARTITION BY t.lane ORDER BY t.id), t.event_id, t.type, t.data
        FROM taken t JOIN lane_head h ON h.lane = t.lane
        RETURNING lane, number
    ), heads AS (
        UPDATE lane_head h SET head = n.head
        FROM (SELECT lane, max(number) AS head FROM added GROUP BY lane) n WHERE h.lane = n.lane
    )
    SELECT count(*) INTO numbered FROM added;
    IF numbered > 0 THEN
        PERFORM pg_notify(channel, payload);
    END IF;
    RETURN numbered;
END
$$;

-- migrate:down
DROP FUNCTION number_outbox(integer, text, text);
