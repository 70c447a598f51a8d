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

CREATE INDEX item_versions_by_item ON item_versions (item_id);
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
CREATE INDEX item_findings_by_act ON item_findings (act_id);

CREATE VIEW standing_inbox_acts AS
    SELECT id, words, who, done_at FROM inbox_acts
    WHERE NOT coalesce((SELECT undone FROM inbox_undoings WHERE inbox_undoings.act_id = inbox_acts.id
        ORDER BY inbox_undoings.id DESC LIMIT 1), 0);

-- What stands of each item that somebody did something with: the newest state and the newest note.
CREATE VIEW current_item_findings AS
    SELECT newest.item_id, coalesce(states.state, 'open') AS state, coalesce(notes.note, '') AS note,
        coalesce(states.case_name, '') AS case_name, coalesce(states.case_digest, '') AS case_digest,
        states.into_item_id
    FROM (
        SELECT item_id, max(id) FILTER (WHERE state IS NOT NULL) AS state_id,
            max(id) FILTER (WHERE note IS NOT NULL) AS note_id
        FROM item_findings WHERE act_id IN (SELECT id FROM standing_inbox_acts) GROUP BY item_id
    ) AS newest
    LEFT JOIN item_findings AS states ON states.id = newest.state_id
    LEFT JOIN item_findings AS notes ON notes.id = newest.note_id;

-- The items as they were told last.
CREATE VIEW current_items AS
    SELECT * FROM item_versions
    WHERE id NOT IN (SELECT replaces FROM item_versions WHERE replaces IS NOT NULL);
