-- Articles, their blocks, and the translation of each block's segments.

CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,        -- SHA-256 of the source blocks
    title TEXT NOT NULL,
    title_block INTEGER NOT NULL,       -- the block that names the article in lists
    source TEXT NOT NULL,               -- file name, URL or nothing
    date TEXT NOT NULL,                 -- ISO 8601 or nothing
    words INTEGER NOT NULL,
    added TEXT NOT NULL,                -- ISO 8601, UTC
    deleted TEXT,                       -- ISO 8601, UTC; NULL while it is in the library
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'translating', 'done', 'failed')),
    error TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    warnings TEXT NOT NULL DEFAULT '[]' -- JSON list of sentences
);

CREATE INDEX article_state ON article (state);

CREATE TABLE block (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,          -- from 0
    kind TEXT NOT NULL,
    marker TEXT NOT NULL,
    blank_lines INTEGER NOT NULL,
    source TEXT NOT NULL,
    is_done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

CREATE TABLE segment (
    article_id INTEGER NOT NULL,
    block INTEGER NOT NULL,
    position INTEGER NOT NULL,          -- in its block, from 0
    start INTEGER NOT NULL,             -- in the block's source, in characters
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    score REAL NOT NULL,                -- mean log-probability per target subword
    flags TEXT NOT NULL,                -- parted by spaces
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (article_id, block, position),
    FOREIGN KEY (article_id, block)
        REFERENCES block (article_id, position) ON DELETE CASCADE
) WITHOUT ROWID;
