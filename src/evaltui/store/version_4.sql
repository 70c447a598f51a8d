-- Version 4: lists of cases and the trace of one. Few rows are critical or of judges, so these indexes cost next to nothing.

CREATE INDEX critical_cases ON cases (id) WHERE critical = 1;

-- answers_by_sample knows the answers of a sample; a judge's requests would need every request to be looked at.
CREATE INDEX judges_by_sample ON requests (sample_id) WHERE purpose = 'judge';
