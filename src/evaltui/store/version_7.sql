-- Version 7: leakage. Which cases stand in what the agent is told, as it was found when the run was made. All insert-only.

-- A run without a row here was never looked at. `cases`: how many were searched for.
CREATE TABLE leak_checks (
    run_id INTEGER PRIMARY KEY REFERENCES runs (id),
    cases INTEGER NOT NULL CHECK (cases >= 0),
    checked_at TEXT NOT NULL
) STRICT;

-- `passage` is what stands in the case, from `start` up to `end` of its field; `told` what stands in the agent's file.
CREATE TABLE leaks (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES leak_checks (run_id),
    case_id TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('input', 'answer')),
    severity TEXT NOT NULL CHECK (severity IN ('leak', 'near')),
    field TEXT NOT NULL,
    passage_start INTEGER NOT NULL,
    passage_end INTEGER NOT NULL,
    passage TEXT NOT NULL,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    told_start INTEGER NOT NULL,
    told_end INTEGER NOT NULL,
    told TEXT NOT NULL,
    share REAL NOT NULL,
    in_a_row INTEGER NOT NULL,
    case_file TEXT NOT NULL,
    case_line INTEGER NOT NULL
) STRICT;

CREATE INDEX leaks_by_run ON leaks (run_id, case_id);
