-- Jobs, their sources, and the target of each segment that is translated.

CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL UNIQUE,        -- where its outputs go, absolute
    request TEXT NOT NULL DEFAULT '',   -- JSON: what the user asked for last
    model TEXT NOT NULL DEFAULT '',
    fingerprint BLOB NOT NULL DEFAULT x'',  -- of all that a target depends on
    updated TEXT NOT NULL,              -- ISO 8601, UTC
    words INTEGER NOT NULL DEFAULT 0,   -- that the engine translated in the last run
    seconds REAL NOT NULL DEFAULT 0     -- that it took
);

CREATE TABLE source (
    job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    name TEXT NOT NULL,                 -- absolute path or address
    position INTEGER NOT NULL,          -- in the job, from 0
    target TEXT NOT NULL,               -- absolute path
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'done', 'failed')),
    error TEXT NOT NULL DEFAULT '',
    digest BLOB NOT NULL DEFAULT x'',   -- of all that the output depends on
    blocks INTEGER NOT NULL DEFAULT 0,
    blocks_written INTEGER NOT NULL DEFAULT 0,
    segments INTEGER NOT NULL DEFAULT 0,
    words INTEGER NOT NULL DEFAULT 0,
    flags TEXT NOT NULL DEFAULT '{}',   -- JSON: how many segments have each
    PRIMARY KEY (job_id, name)
) WITHOUT ROWID;

CREATE TABLE segment (
    id INTEGER PRIMARY KEY,
    job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    key BLOB NOT NULL,                  -- digest of fingerprint and source segment
    target TEXT NOT NULL,
    score REAL NOT NULL,                -- mean log-probability per target subword
    flags TEXT NOT NULL,                -- parted by spaces
    UNIQUE (job_id, key)
);
