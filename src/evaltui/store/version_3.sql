-- Version 3: triage. What people found in the cases of a run. Every new table is STRICT and insert-only.

-- An act is what one key or one command did, to however many cases: it is undone and done again as a whole.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    words TEXT NOT NULL,
    who TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;

CREATE INDEX acts_by_run ON acts (run_id);

-- The newest undoing of an act says whether it stands. `newest_act_id`: what was done last when it was undone, because
-- an act that is new since then leaves nothing to be done again.
CREATE TABLE undoings (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES acts (id),
    undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
    newest_act_id INTEGER NOT NULL REFERENCES acts (id),
    who TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;

CREATE INDEX undoings_by_act ON undoings (act_id);

-- A finding says of a case a label, a note, or both; an empty note takes an earlier one away.
CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES acts (id),
    run_id INTEGER NOT NULL REFERENCES runs (id),
    position INTEGER NOT NULL,
    label TEXT CHECK (label IN ('accept', 'real', 'flaky', 'dispute', 'bad', 'later')),
    note TEXT,
    CHECK (label IS NOT NULL OR note IS NOT NULL)
) STRICT;

CREATE INDEX findings_by_case ON findings (run_id, position);
CREATE INDEX findings_by_act ON findings (act_id);

-- Whether a reply passes, as a person says: by one scorer, and by one criterion of it where it has several.
CREATE TABLE human_labels (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES acts (id),
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    request_id INTEGER NOT NULL REFERENCES requests (id),
    scorer TEXT NOT NULL,
    criterion TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1))
) STRICT;

CREATE INDEX human_labels_by_sample ON human_labels (sample_id);
CREATE INDEX human_labels_by_act ON human_labels (act_id);

-- A change of a file, known before it is made: the file has the first digest before and the second after.
CREATE TABLE edits (
    id INTEGER PRIMARY KEY,
    act_id INTEGER NOT NULL REFERENCES acts (id),
    file TEXT NOT NULL,
    start INTEGER NOT NULL CHECK (start >= 0),
    removed BLOB NOT NULL,
    inserted BLOB NOT NULL,
    digest_before TEXT NOT NULL,
    digest_after TEXT NOT NULL
) STRICT;

CREATE INDEX edits_by_act ON edits (act_id);

-- The run in which a finding of flakiness was put to the test; a flaky case without one waits for it.
CREATE TABLE reruns (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    finding_id INTEGER NOT NULL REFERENCES findings (id),
    PRIMARY KEY (run_id, finding_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reruns_by_finding ON reruns (finding_id);

CREATE VIEW standing_acts AS
    SELECT id, run_id, words, who, done_at FROM acts
    WHERE NOT coalesce((SELECT undone FROM undoings WHERE undoings.act_id = acts.id
        ORDER BY undoings.id DESC LIMIT 1), 0);

-- What is found of a case now: the newest label and the newest note of acts that stand, each NULL where there is none.
CREATE VIEW current_findings AS
    SELECT newest.run_id, newest.position, labels.label, nullif(notes.note, '') AS note, labels.id AS finding_id,
        standing_acts.who, standing_acts.done_at
    FROM (
        SELECT run_id, position, max(id) AS newest_id, max(id) FILTER (WHERE label IS NOT NULL) AS label_id,
            max(id) FILTER (WHERE note IS NOT NULL) AS note_id
        FROM findings WHERE act_id IN (SELECT id FROM standing_acts) GROUP BY run_id, position
    ) AS newest
    JOIN findings ON findings.id = newest.newest_id
    JOIN standing_acts ON standing_acts.id = findings.act_id
    LEFT JOIN findings AS labels ON labels.id = newest.label_id
    LEFT JOIN findings AS notes ON notes.id = newest.note_id;
