-- Version 2: conversations over several turns, tools, judges, limits. Every new table is STRICT and insert-only.

-- The most replies one conversation of the run may have, the agent's file, and whether one request goes ahead of all.
ALTER TABLE runs ADD COLUMN turns INTEGER NOT NULL DEFAULT 1 CHECK (turns >= 1);
ALTER TABLE runs ADD COLUMN agent_file TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN primed INTEGER NOT NULL DEFAULT 0 CHECK (primed IN (0, 1));

-- Tools: a call that may have effects is known before it begins, so that it is never made twice.

CREATE TABLE tool_starts (
    request_id INTEGER NOT NULL REFERENCES requests (id),
    position INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    PRIMARY KEY (request_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_results (
    request_id INTEGER NOT NULL REFERENCES requests (id),
    position INTEGER NOT NULL,
    call_id TEXT NOT NULL,
    tool TEXT NOT NULL,
    content TEXT NOT NULL,
    is_error INTEGER NOT NULL CHECK (is_error IN (0, 1)),
    detail TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (request_id, position)
) STRICT;

-- What followed a reply: the conversation goes on (with tool results, and what the user said next), or why it ended.
CREATE TABLE followups (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    ending TEXT CHECK (ending IN ('answered', 'choice', 'cut', 'interrupted', 'unreadable')),
    reason TEXT NOT NULL,
    said TEXT,
    decided_at TEXT NOT NULL
) STRICT;

-- Judges: what a scoring needs to know, and which request asks for it. A key that was answered once is never asked again.

CREATE TABLE questions (
    scoring_id INTEGER NOT NULL REFERENCES scorings (id),
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    request_id INTEGER NOT NULL REFERENCES requests (id),
    scorer TEXT NOT NULL,
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (scoring_id, sample_id, request_id, scorer, number, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE judge_requests (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    key TEXT NOT NULL,
    attempt INTEGER NOT NULL
) STRICT;

CREATE INDEX judge_requests_by_key ON judge_requests (key);

-- Limits: a canceled run sends nothing more until that is lifted; a closed round was canceled by us, to go on without it.

CREATE TABLE cancellations (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    canceled INTEGER NOT NULL CHECK (canceled IN (0, 1)),
    said_at TEXT NOT NULL
) STRICT;

CREATE INDEX cancellations_by_run ON cancellations (run_id);

CREATE TABLE closings (
    intent_id INTEGER PRIMARY KEY REFERENCES intents (id),
    closed_at TEXT NOT NULL
) STRICT;

CREATE TABLE budgets (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    usd REAL NOT NULL CHECK (usd >= 0),
    set_at TEXT NOT NULL
) STRICT;

CREATE INDEX budgets_by_run ON budgets (run_id);

-- The last answer asked for of each sample, and whether its conversation is over. A run of one turn keeps no follow-ups.
-- Joined by requests.id: SQLite would look the last request up again wherever last_requests.request_id is mentioned.
CREATE VIEW standing_requests AS
    SELECT last_requests.sample_id, last_requests.run_id, last_requests.position, last_requests.trial,
        last_requests.case_row, requests.id AS request_id, requests.attempt, requests.turn, outcomes.result,
        followups.request_id IS NOT NULL AS followed, followups.ending,
        outcomes.result = 'succeeded'
            AND CASE WHEN followups.request_id IS NOT NULL THEN followups.ending IS NOT NULL
                ELSE runs.turns = 1 AND outcomes.stop_reason IS NOT 'pause_turn' END AS over
    FROM last_requests
    JOIN runs ON runs.id = last_requests.run_id
    LEFT JOIN requests ON requests.id = last_requests.request_id
    LEFT JOIN outcomes ON outcomes.request_id = requests.id
    LEFT JOIN followups ON followups.request_id = requests.id;
