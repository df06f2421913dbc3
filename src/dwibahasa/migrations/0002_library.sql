-- Names, tags, the archive, files that articles came from, and full-text search.

ALTER TABLE article ADD COLUMN name TEXT NOT NULL DEFAULT '';  -- given by the user
ALTER TABLE article ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE block ADD COLUMN marks TEXT NOT NULL DEFAULT '[]'; -- JSON: start, end, name

CREATE TABLE tag (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (article_id, name)
) WITHOUT ROWID;

CREATE INDEX tag_name ON tag (name);

CREATE TABLE original (
    article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    format TEXT NOT NULL,               -- a name of `formats.FORMATS`
    content BLOB NOT NULL
);

-- The index leads to a segment by a number of its own, which a WITHOUT ROWID table
-- does not have.
CREATE TABLE numbered_segment (
    id INTEGER PRIMARY KEY,
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
    UNIQUE (article_id, block, position),
    FOREIGN KEY (article_id, block)
        REFERENCES block (article_id, position) ON DELETE CASCADE
);

INSERT INTO numbered_segment (article_id, block, position, start, source, target,
    score, flags, origin, model)
SELECT article_id, block, position, start, source, target, score, flags, origin, model
FROM segment;

DROP TABLE segment;

ALTER TABLE numbered_segment RENAME TO segment;

CREATE VIRTUAL TABLE sentence USING fts5 (
    source, target,
    content = 'segment', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);

INSERT INTO sentence (sentence) VALUES ('rebuild');

CREATE TRIGGER segment_inserted AFTER INSERT ON segment BEGIN
    INSERT INTO sentence (rowid, source, target)
    VALUES (new.id, new.source, new.target);
END;

CREATE TRIGGER segment_deleted AFTER DELETE ON segment BEGIN
    INSERT INTO sentence (sentence, rowid, source, target)
    VALUES ('delete', old.id, old.source, old.target);
END;

CREATE TRIGGER segment_updated AFTER UPDATE OF source, target ON segment BEGIN
    INSERT INTO sentence (sentence, rowid, source, target)
    VALUES ('delete', old.id, old.source, old.target);
    INSERT INTO sentence (rowid, source, target)
    VALUES (new.id, new.source, new.target);
END;
