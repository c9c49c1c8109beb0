-- migrate:up
-- As number_outbox, but the numbered records come back with the answer: whoever follows the feed in the same process
-- need not read them again.
CREATE FUNCTION number_outbox_told(most integer, channel text, payload text) RETURNS TABLE (
    lane smallint, number bigint, type text, data bytea, event_id uuid, stream text, version integer, key uuid,
    occurred_at timestamptz, recorded_at timestamptz, role text, unit text, trace text, causation uuid, outcome text,
    rule text, commitment bytea, fact text, body bytea
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    -- Most polls find nothing, and looking takes no lock.
    IF NOT EXISTS (SELECT FROM outbox) THEN
        RETURN;
    END IF;
    PERFORM FROM lane_head ORDER BY lane FOR UPDATE;
    RETURN QUERY
    WITH taken AS (
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT most)
        RETURNING id, lane, event_id, type, data
    ), added AS (
        INSERT INTO feed (lane, number, event_id, type, data)
        SELECT t.lane, h.head + row_number() OVER (PARTITION BY t.lane ORDER BY t.id), t.event_id, t.type, t.data
        FROM taken t JOIN lane_head h ON h.lane = t.lane
        RETURNING lane, number, event_id, type, data
    ), heads AS (
        UPDATE lane_head h SET head = n.head
        FROM (SELECT lane, max(number) AS head FROM added GROUP BY lane) n WHERE h.lane = n.lane
    )
    SELECT f.lane, f.number, f.type, f.data, e.event_id, e.stream, e.version, e.key, e.occurred_at, e.recorded_at,
        e.role, e.unit, e.trace, e.causation, e.outcome, e.rule, e.commitment, e.fact, e.body
    FROM added f JOIN events e ON e.event_id = f.event_id ORDER BY f.lane, f.number;
    IF FOUND THEN
        PERFORM pg_notify(channel, payload);
    END IF;
END
$$;

-- migrate:down
DROP FUNCTION number_outbox_told(integer, text, text);
