-- Version 6: golds that were changed after the cases were asked. A scoring judges the case of `case_row` as `gold_row`, which is the
-- same case but for what is expected of it. What was promoted stays readable: the scoring before has its own golds.

CREATE TABLE regolds (
    scoring_id INTEGER NOT NULL REFERENCES scorings (id),
    case_row INTEGER NOT NULL REFERENCES cases (id),
    gold_row INTEGER NOT NULL REFERENCES cases (id),
    PRIMARY KEY (scoring_id, case_row)
) STRICT, WITHOUT ROWID;
