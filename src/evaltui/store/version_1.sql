-- Version 1 of the database. Every table is STRICT; every fact is made insert-only by migrate.py.
-- What is current (the last attempt of a sample, the batch of an intent) is a view, never a column.

-- Evalsets: what is tested. A case is stored once by its whole content, however many evalsets hold it.

CREATE TABLE evalsets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    content_digest TEXT NOT NULL UNIQUE,
    folder TEXT NOT NULL,
    scorers_digest TEXT NOT NULL,
    gate_digest TEXT NOT NULL,
    header TEXT NOT NULL,
    cases INTEGER NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    content_digest TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    gold_digest TEXT NOT NULL,
    critical INTEGER NOT NULL CHECK (critical IN (0, 1)),
    group_name TEXT,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE case_tags (
    case_row INTEGER NOT NULL REFERENCES cases (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (case_row, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE evalset_cases (
    evalset_id INTEGER NOT NULL REFERENCES evalsets (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    case_id TEXT NOT NULL,
    case_row INTEGER NOT NULL REFERENCES cases (id),
    PRIMARY KEY (evalset_id, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX evalset_cases_by_case_id ON evalset_cases (evalset_id, case_id);

-- Runs: who was tested on what. A retry is a fact that a sample wants one more attempt.

CREATE TABLE agents (
    digest TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    evalset_id INTEGER NOT NULL REFERENCES evalsets (id),
    agent TEXT NOT NULL,
    agent_digest TEXT NOT NULL REFERENCES agents (digest),
    model TEXT NOT NULL,
    trials INTEGER NOT NULL CHECK (trials >= 1),
    samples INTEGER NOT NULL,
    engine TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    created_at TEXT NOT NULL,
    git_revision TEXT,
    git_dirty INTEGER NOT NULL CHECK (git_dirty IN (0, 1)),
    only_filter TEXT NOT NULL,
    folder TEXT NOT NULL
) STRICT;

CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    position INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    case_row INTEGER NOT NULL REFERENCES cases (id),
    UNIQUE (run_id, position, trial)
) STRICT;

CREATE TABLE retries (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    attempt INTEGER NOT NULL,
    asked_at TEXT NOT NULL,
    UNIQUE (sample_id, attempt)
) STRICT;

CREATE INDEX retries_by_run ON retries (run_id);

-- Intents: what is promised to the provider, and what became of each sending.

CREATE TABLE intents (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    nonce TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX intents_by_run ON intents (run_id);

CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    intent_id INTEGER NOT NULL REFERENCES intents (id),
    custom_id TEXT NOT NULL,
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('answer', 'judge')),
    turn INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    UNIQUE (intent_id, custom_id)
) STRICT;

-- One answer per sample, attempt and turn: two planners can never pay for the same reply twice.
CREATE UNIQUE INDEX answers_by_sample ON requests (sample_id, attempt, turn) WHERE purpose = 'answer';

CREATE TABLE chunks (
    intent_id INTEGER PRIMARY KEY REFERENCES intents (id),
    size INTEGER NOT NULL,
    body_file TEXT NOT NULL,
    body_bytes INTEGER NOT NULL,
    body_digest TEXT NOT NULL
) STRICT;

CREATE TABLE sendings (
    id INTEGER PRIMARY KEY,
    intent_id INTEGER NOT NULL REFERENCES intents (id),
    sent_at TEXT NOT NULL,
    sender TEXT NOT NULL
) STRICT;

CREATE INDEX sendings_by_intent ON sendings (intent_id);

CREATE TABLE refusals (
    sending_id INTEGER PRIMARY KEY REFERENCES sendings (id),
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;

CREATE TABLE rejections (
    intent_id INTEGER PRIMARY KEY REFERENCES intents (id),
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    advice TEXT NOT NULL,
    provider_request_id TEXT,
    recorded_at TEXT NOT NULL
) STRICT;

-- Batches: the provider's words (the only rows that change), and which intent each belongs to.

CREATE TABLE batches (
    remote_id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    processing INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,
    errored INTEGER NOT NULL,
    canceled INTEGER NOT NULL,
    expired INTEGER NOT NULL,
    created_at TEXT,
    expires_at TEXT,
    ended_at TEXT,
    cancel_initiated_at TEXT,
    archived_at TEXT,
    mirrored_at TEXT NOT NULL
) STRICT;

CREATE TABLE creations (
    id INTEGER PRIMARY KEY,
    intent_id INTEGER NOT NULL REFERENCES intents (id),
    remote_id TEXT NOT NULL REFERENCES batches (remote_id),
    adopted INTEGER NOT NULL CHECK (adopted IN (0, 1)),
    recorded_at TEXT NOT NULL
) STRICT;

CREATE INDEX creations_by_intent ON creations (intent_id);

CREATE TABLE releases (
    creation_id INTEGER PRIMARY KEY REFERENCES creations (id),
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;

CREATE VIEW current_creations AS
    SELECT id, intent_id, remote_id, adopted FROM creations
    WHERE NOT EXISTS (SELECT 1 FROM releases WHERE creation_id = creations.id);

CREATE VIEW sealed_intents AS
SELECT intents.id, intents.run_id, intents.nonce, chunks.size, chunks.body_bytes, chunks.body_digest, intents.created_at,
    (SELECT min(sent_at) FROM sendings WHERE sendings.intent_id = intents.id
        AND NOT EXISTS (SELECT 1 FROM refusals WHERE refusals.sending_id = sendings.id)) AS sent_at,
    current_creations.remote_id
FROM intents
JOIN chunks ON chunks.intent_id = intents.id
LEFT JOIN current_creations ON current_creations.intent_id = intents.id;

-- Outcomes: what came back. Bodies lie apart so that reading outcomes never drags them in.

CREATE TABLE downloads (
    id INTEGER PRIMARY KEY,
    intent_id INTEGER NOT NULL REFERENCES intents (id),
    received_at TEXT NOT NULL
) STRICT;

CREATE TABLE collections (
    intent_id INTEGER PRIMARY KEY REFERENCES intents (id),
    download_id INTEGER NOT NULL REFERENCES downloads (id)
) STRICT;

CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL UNIQUE REFERENCES runs (id),
    body BLOB NOT NULL
) STRICT;

-- By arrival, not by request: results come in any order, and appending keeps pages full and the write-ahead log small.
CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    codec TEXT NOT NULL CHECK (codec IN ('plain', 'zstd')),
    dictionary_id INTEGER REFERENCES dictionaries (id),
    body BLOB NOT NULL
) STRICT;

CREATE TABLE outcomes (
    request_id INTEGER PRIMARY KEY REFERENCES requests (id),
    download_id INTEGER REFERENCES downloads (id),
    reply_id INTEGER REFERENCES replies (id),
    result TEXT NOT NULL CHECK (result IN ('succeeded', 'errored', 'canceled', 'expired')),
    error_kind TEXT,
    error_message TEXT,
    provider_request_id TEXT,
    stop_reason TEXT,
    model TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cache_creation_input_tokens INTEGER,
    cache_read_input_tokens INTEGER,
    cache_creation_1h_input_tokens INTEGER
) STRICT;

CREATE VIEW last_requests AS
    SELECT samples.id AS sample_id, samples.run_id, samples.position, samples.trial, samples.case_row,
        (SELECT requests.id FROM requests
            WHERE requests.sample_id = samples.id AND requests.purpose = 'answer'
            ORDER BY requests.attempt DESC, requests.turn DESC LIMIT 1) AS request_id
    FROM samples;

-- Scores: one grade per scored reply, one score per scorer. The newest scoring of a run is current.

CREATE TABLE scorings (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    scorers_digest TEXT NOT NULL,
    scorers TEXT NOT NULL,
    opened_at TEXT NOT NULL
) STRICT;

CREATE INDEX scorings_by_run ON scorings (run_id);

CREATE TABLE scorers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    advisory INTEGER NOT NULL CHECK (advisory IN (0, 1)),
    UNIQUE (name, kind, digest, advisory)
) STRICT;

CREATE TABLE grades (
    scoring_id INTEGER NOT NULL REFERENCES scorings (id),
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    request_id INTEGER NOT NULL REFERENCES requests (id),
    passed INTEGER CHECK (passed IN (0, 1)),
    value REAL CHECK (value BETWEEN 0 AND 1),
    reason TEXT NOT NULL,
    PRIMARY KEY (scoring_id, sample_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE scores (
    scoring_id INTEGER NOT NULL,
    sample_id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    scorer_id INTEGER NOT NULL REFERENCES scorers (id),
    value REAL CHECK (value BETWEEN 0 AND 1),
    passed INTEGER CHECK (passed IN (0, 1)),
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (scoring_id, sample_id, request_id, scorer_id),
    FOREIGN KEY (scoring_id, sample_id, request_id) REFERENCES grades (scoring_id, sample_id, request_id)
) STRICT, WITHOUT ROWID;

-- Verdicts: what was concluded. The newest promotion of an evalset is its baseline.

CREATE TABLE summaries (
    id INTEGER PRIMARY KEY,
    scoring_id INTEGER NOT NULL REFERENCES scorings (id),
    last_retry INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    unplanned INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    failed_requests INTEGER NOT NULL,
    scored INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    unresolved INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;

CREATE INDEX summaries_by_scoring ON summaries (scoring_id);

CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    baseline_run_id INTEGER REFERENCES runs (id),
    status TEXT NOT NULL CHECK (status IN ('pass', 'fail', 'incomplete')),
    body TEXT NOT NULL,
    decided_at TEXT NOT NULL
) STRICT;

CREATE INDEX verdicts_by_run ON verdicts (run_id);

CREATE TABLE promotions (
    id INTEGER PRIMARY KEY,
    evalset TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    who TEXT NOT NULL,
    promoted_at TEXT NOT NULL,
    note TEXT NOT NULL,
    forced TEXT NOT NULL,
    git_revision TEXT,
    digests TEXT NOT NULL
) STRICT;

CREATE INDEX promotions_by_evalset ON promotions (evalset);
