-- migrate:up
-- What the shown table was made for: a program with another table, or other causes, fills the view anew.
ALTER TABLE view_versions ADD COLUMN shape text NOT NULL DEFAULT '';

-- migrate:down
ALTER TABLE view_versions DROP COLUMN shape;
