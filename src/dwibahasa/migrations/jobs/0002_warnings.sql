-- What the user should know of a source, such as the language that it seems to be in.

ALTER TABLE source ADD COLUMN warnings TEXT NOT NULL DEFAULT '[]'; -- JSON: sentences
