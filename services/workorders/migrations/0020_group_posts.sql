-- migrate:up
CREATE TABLE group_posts (
    post_id uuid PRIMARY KEY,
    "group" text NOT NULL,
    kind text NOT NULL,
    source uuid NOT NULL,
    order_id uuid NOT NULL,
    request_id uuid NOT NULL,
    state text NOT NULL,
    posted_at timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX group_posts_group ON group_posts ("group", posted_at);
CREATE INDEX group_posts_source ON group_posts (source);
COMMENT ON TABLE group_posts IS 'What was posted in which group; the words are rendered from the history and the vault.';

-- migrate:down
DROP TABLE group_posts;
