-- Version 5: the inbox. What production logs hold, and what people did with it. Every new table is STRICT and insert-only.

-- A file that was read. It is known by what it begins with, so that it may be moved; one that was replaced is another.
CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    head TEXT NOT NULL,
    found_at TEXT NOT NULL
) STRICT;

CREATE INDEX logs_by_head ON logs (head);

-- How far a log was read: everything before byte `after` is kept. `digest` is that of these bytes.
CREATE TABLE log_reads (
    id INTEGER PRIMARY KEY,
    log_id INTEGER NOT NULL REFERENCES logs (id),
    path TEXT NOT NULL,
    after INTEGER NOT NULL CHECK (after >= 0),
    digest TEXT NOT NULL,
    records INTEGER NOT NULL,
    items INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    damaged INTEGER NOT NULL,
    read_at TEXT NOT NULL
) STRICT;

CREATE INDEX log_reads_by_log ON log_reads (log_id);

-- `digest` is what the importer knows the item by, whatever is told of it later.
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE
) STRICT;

-- What a log told of an item. A conversation that went on is told again: the version that nothing replaces counts.
-- `failures` counts what this item was the first to tell; `reason` to `signature` are those of the first of them.
CREATE TABLE item_versions (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES items (id),
    replaces INTEGER REFERENCES item_versions (id),
    log_id INTEGER NOT NULL REFERENCES logs (id),
    line INTEGER NOT NULL,
    records INTEGER NOT NULL,
    content TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    part TEXT NOT NULL,
    told_at TEXT NOT NULL,
    model TEXT NOT NULL,
    turns INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    reason TEXT NOT NULL,
    turn INTEGER NOT NULL,
    words TEXT NOT NULL,
    signature TEXT NOT NULL,
    read_at TEXT NOT NULL
) STRICT;

CREATE INDEX item_versions_by_item ON item_versions (item_id, id, failures);
CREATE UNIQUE INDEX item_versions_replaced ON item_versions (replaces) WHERE replaces IS NOT NULL;
-- All that lists are filtered, sorted and grouped by but the words, so that the rows themselves are not read for it.
CREATE INDEX item_versions_by_time ON item_versions (told_at, item_id, id, failures, turns, kind, source, model, reason,
    signature);
CREATE INDEX item_versions_that_fail ON item_versions (told_at, item_id, id, failures, turns, kind, source, model,
    reason, signature) WHERE failures > 0;

-- The whole item as JSON, compressed with zstd.
CREATE TABLE item_bodies (
    version_id INTEGER PRIMARY KEY REFERENCES item_versions (id),
    body BLOB NOT NULL
) STRICT;

-- `key` is of one event, which several records may tell; `repeated`: another item told it before, and counts it.
CREATE TABLE item_failures (
    version_id INTEGER NOT NULL REFERENCES item_versions (id),
    position INTEGER NOT NULL,
    reason TEXT NOT NULL,
    turn INTEGER NOT NULL,
    words TEXT NOT NULL,
    signature TEXT NOT NULL,
    key TEXT NOT NULL,
    repeated INTEGER NOT NULL CHECK (repeated IN (0, 1)),
    PRIMARY KEY (version_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_failures_by_key ON item_failures (key);
CREATE INDEX item_failures_by_reason ON item_failures (reason, version_id) WHERE repeated = 0;

-- What a plain word of a filter is looked for in, case-folded: the words of the first failure, the source, and the
-- beginning of what was asked. Apart, so that a search reads nothing else, and not FTS5: not every SQLite has trigrams.
CREATE TABLE item_texts (
    version_id INTEGER PRIMARY KEY REFERENCES item_versions (id),
    folded TEXT NOT NULL
) STRICT;

CREATE TABLE item_tools (
    tool TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES item_versions (id),
    PRIMARY KEY (tool, version_id)
) STRICT, WITHOUT ROWID;

-- As acts and undoings of triage, of which each is about one run.
CREATE TABLE inbox_acts (
    id INTEGER PRIMARY KEY,
    words TEXT NOT NULL,
    who TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;

CREATE TABLE inbox_undoings (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES inbox_acts (id),
    undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
    newest_act_id INTEGER NOT NULL REFERENCES inbox_acts (id),
    who TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;

CREATE INDEX inbox_undoings_by_act ON inbox_undoings (act_id);

-- What an act says of an item: a state, a note, or both; an empty note takes an earlier one away.
CREATE TABLE item_findings (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES inbox_acts (id),
    item_id INTEGER NOT NULL REFERENCES items (id),
    state TEXT CHECK (state IN ('open', 'dismissed', 'merged', 'promoted')),
    note TEXT,
    into_item_id INTEGER REFERENCES items (id),
    case_name TEXT,
    case_digest TEXT,
    CHECK (state IS NOT NULL OR note IS NOT NULL),
    CHECK ((into_item_id IS NOT NULL) = (coalesce(state, '') = 'merged')),
    CHECK ((case_name IS NOT NULL) = (coalesce(state, '') = 'promoted'))
) STRICT;

CREATE INDEX item_findings_by_item ON item_findings (item_id, id, act_id, state);
CREATE INDEX item_findings_noted ON item_findings (item_id, id, act_id, note) WHERE note IS NOT NULL;
CREATE INDEX item_findings_by_act ON item_findings (act_id);

CREATE VIEW standing_inbox_acts AS
    SELECT id, words, who, done_at FROM inbox_acts
    WHERE NOT coalesce((SELECT undone FROM inbox_undoings WHERE inbox_undoings.act_id = inbox_acts.id
        ORDER BY inbox_undoings.id DESC LIMIT 1), 0);

-- Bare columns beside max() are those of its row.
CREATE VIEW undone_inbox_acts AS
    SELECT act_id FROM (SELECT act_id, undone, max(id) FROM inbox_undoings GROUP BY act_id) WHERE undone;

-- What stands of each item that somebody did something with. The plus keeps to the index in which an item's findings are
-- side by side.
CREATE VIEW current_item_states AS
    SELECT item_id, state, max(id) FROM item_findings
    WHERE state IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts) GROUP BY item_id;

CREATE VIEW current_item_notes AS
    SELECT item_id, note, max(id) FROM item_findings
    WHERE note IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts) GROUP BY item_id;

-- The items as they were told last.
CREATE VIEW current_items AS
    SELECT * FROM item_versions
    WHERE id NOT IN (SELECT replaces FROM item_versions WHERE replaces IS NOT NULL);

-- These with what stands of them. Looked up item by item, and only what is asked for, a page costs nothing and a list
-- less than all that stands would.
CREATE VIEW listed_items AS
    SELECT current_items.*,
        coalesce((SELECT state FROM item_findings WHERE item_findings.item_id = current_items.item_id
            AND state IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts)
            ORDER BY item_findings.id DESC LIMIT 1), 'open') AS state,
        coalesce((SELECT note FROM item_findings WHERE item_findings.item_id = current_items.item_id
            AND note IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts)
            ORDER BY item_findings.id DESC LIMIT 1), '') AS note,
        coalesce((SELECT case_name FROM item_findings WHERE item_findings.item_id = current_items.item_id
            AND state IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts)
            ORDER BY item_findings.id DESC LIMIT 1), '') AS case_name,
        (SELECT into_item_id FROM item_findings WHERE item_findings.item_id = current_items.item_id
            AND state IS NOT NULL AND +act_id NOT IN (SELECT act_id FROM undone_inbox_acts)
            ORDER BY item_findings.id DESC LIMIT 1) AS into_item_id
    FROM current_items;
