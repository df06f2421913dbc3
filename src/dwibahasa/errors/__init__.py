"""Every error that dwibahasa raises on purpose.

DwibahasaError
├── InputError
│   ├── EmptyInput
│   ├── BinaryInput
│   ├── UnknownEncoding
│   ├── InputTooLarge
│   ├── DamagedFile
│   ├── PasswordProtected
│   ├── NoTextLayer
│   ├── ExpandsTooFar
│   ├── UnsafeMarkup
│   ├── LinesMismatch
│   ├── MalformedInput
│   ├── FieldNotFound
│   ├── FieldTaken
│   ├── LanguageMissing
│   ├── NoArticleInFile
│   ├── UnreadableFile
│   ├── AlignmentUnreadable
│   └── EmptyTarget
├── FetchError
│   ├── BadURL
│   ├── ForbiddenAddress
│   ├── FetchTimeout
│   ├── FetchFailed
│   └── NoArticle
├── ModelError
│   ├── ModelNotFound
│   ├── UnknownModel
│   ├── ModelDamaged
│   ├── ModelIncomplete
│   ├── ModelUnsupported
│   ├── ModelInstalled
│   ├── ModelProtected
│   ├── ModelBusy
│   ├── DownloadFailed
│   ├── ConversionFailed
│   ├── ExtraMissing
│   ├── EngineUnsuited
│   └── EngineFailed
├── StorageError
│   ├── DiskFull
│   ├── CannotWrite
│   ├── LibraryDamaged
│   ├── ArticleNotFound
│   ├── ArticleUnfinished
│   ├── SegmentNotFound
│   ├── SegmentChanged
│   ├── NothingToUndo
│   └── JobError
│       ├── JobsDamaged
│       ├── JobNotFound
│       ├── JobRunning
│       ├── JobUnfinished
│       ├── CannotRewrite
│       ├── BlocksLost
│       ├── ClusterUnreachable
│       ├── ClusterFailed
│       └── Unexpected
├── CannotServe
└── SettingsError

The message of each is a sentence for the user that says what to do. The command
line turns an error into its exit code, the web application into its HTTP status.
"""

from __future__ import annotations

from dwibahasa.errors.addresses import (
    BadURL,
    FetchError,
    FetchFailed,
    FetchTimeout,
    ForbiddenAddress,
    NoArticle,
)
from dwibahasa.errors.base import DwibahasaError
from dwibahasa.errors.jobs import (
    BlocksLost,
    CannotRewrite,
    ClusterFailed,
    ClusterUnreachable,
    JobError,
    JobNotFound,
    JobRunning,
    JobsDamaged,
    JobUnfinished,
    Unexpected,
)
from dwibahasa.errors.library import (
    ArticleNotFound,
    ArticleUnfinished,
    LibraryDamaged,
    NothingToUndo,
    SegmentChanged,
    SegmentNotFound,
)
from dwibahasa.errors.models import (
    ConversionFailed,
    DownloadFailed,
    EngineFailed,
    EngineUnsuited,
    ExtraMissing,
    ModelBusy,
    ModelDamaged,
    ModelError,
    ModelIncomplete,
    ModelInstalled,
    ModelNotFound,
    ModelProtected,
    ModelUnsupported,
    UnknownModel,
)
from dwibahasa.errors.settings import CannotServe, SettingsError
from dwibahasa.errors.sources import (
    AlignmentUnreadable,
    BinaryInput,
    DamagedFile,
    EmptyInput,
    EmptyTarget,
    ExpandsTooFar,
    FieldNotFound,
    FieldTaken,
    InputError,
    InputTooLarge,
    LanguageMissing,
    LinesMismatch,
    MalformedInput,
    NoArticleInFile,
    NoTextLayer,
    PasswordProtected,
    UnknownEncoding,
    UnreadableFile,
    UnsafeMarkup,
)
from dwibahasa.errors.storage import CannotWrite, DiskFull, StorageError, storage_error

__all__ = [
    "AlignmentUnreadable",
    "ArticleNotFound",
    "ArticleUnfinished",
    "BadURL",
    "BinaryInput",
    "BlocksLost",
    "CannotRewrite",
    "CannotServe",
    "CannotWrite",
    "ClusterFailed",
    "ClusterUnreachable",
    "ConversionFailed",
    "DamagedFile",
    "DiskFull",
    "DownloadFailed",
    "DwibahasaError",
    "EmptyInput",
    "EmptyTarget",
    "EngineFailed",
    "EngineUnsuited",
    "ExpandsTooFar",
    "ExtraMissing",
    "FetchError",
    "FetchFailed",
    "FetchTimeout",
    "FieldNotFound",
    "FieldTaken",
    "ForbiddenAddress",
    "InputError",
    "InputTooLarge",
    "JobError",
    "JobNotFound",
    "JobRunning",
    "JobUnfinished",
    "JobsDamaged",
    "LanguageMissing",
    "LibraryDamaged",
    "LinesMismatch",
    "MalformedInput",
    "ModelBusy",
    "ModelDamaged",
    "ModelError",
    "ModelIncomplete",
    "ModelInstalled",
    "ModelNotFound",
    "ModelProtected",
    "ModelUnsupported",
    "NoArticle",
    "NoArticleInFile",
    "NoTextLayer",
    "NothingToUndo",
    "PasswordProtected",
    "SegmentChanged",
    "SegmentNotFound",
    "SettingsError",
    "StorageError",
    "Unexpected",
    "UnknownEncoding",
    "UnknownModel",
    "UnreadableFile",
    "UnsafeMarkup",
    "storage_error",
]
