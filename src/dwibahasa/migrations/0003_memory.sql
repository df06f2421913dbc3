-- The translation memory, and what target segments were before they were changed.

CREATE TABLE translation_unit (
    source TEXT PRIMARY KEY,            -- an Indonesian segment
    target TEXT NOT NULL                -- as it was last edited
) WITHOUT ROWID;

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL,
    block INTEGER NOT NULL,
    position INTEGER NOT NULL,          -- of the segment in its block, from 0
    target TEXT NOT NULL,               -- this and the next four: before the change
    score REAL NOT NULL,
    flags TEXT NOT NULL,
    origin TEXT NOT NULL,
    model TEXT NOT NULL,
    unit TEXT,                          -- what the memory had for the source, if it had
    FOREIGN KEY (article_id, block)
        REFERENCES block (article_id, position) ON DELETE CASCADE
);

CREATE INDEX revision_place ON revision (article_id, block, position);
