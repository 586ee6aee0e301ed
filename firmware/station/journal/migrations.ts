/** ASCII `TapW`: marks the file as ours (SQLite application_id, at byte 68 of the header). */
export const APPLICATION_ID = 0x54617057;

/** In the sentinel row; its absence means that the file lost its content. */
export const SENTINEL = 'tapwatt journal';

export interface Migration {
  /** user_version after it. */
  version: number;
  sql: string;
}

/**
 * Numbered, in order, none destructive: a migration adds tables, columns and indexes, and never removes what an older
 * row says. A published one is never edited. Stamps are JSON `[wallMs, monotonicMs, boot, trusted]`.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE journal (
        id INTEGER PRIMARY KEY CHECK (id = 1), uuid TEXT NOT NULL, sentinel TEXT NOT NULL
      ) STRICT;

      CREATE TABLE boots (
        boot INTEGER PRIMARY KEY AUTOINCREMENT,
        boot_id TEXT NOT NULL UNIQUE,
        -- first and last stamp of it, written when a later boot begins
        first_at TEXT, last_at TEXT
      ) STRICT;
      CREATE TABLE anchors (
        boot INTEGER NOT NULL, mono_ms INTEGER NOT NULL, true_ms INTEGER NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (boot, mono_ms)
      ) STRICT, WITHOUT ROWID;

      -- the last record applied of each life of a connector thread
      CREATE TABLE progress (
        connector_id INTEGER NOT NULL, incarnation TEXT NOT NULL, last_seq INTEGER NOT NULL, boot INTEGER NOT NULL,
        PRIMARY KEY (connector_id, incarnation)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE meters (connector_id INTEGER PRIMARY KEY, floor_wh INTEGER NOT NULL) STRICT;

      CREATE TABLE transactions (
        ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
        local_id TEXT NOT NULL UNIQUE,
        connector_id INTEGER NOT NULL,
        authorization TEXT,           -- JSON; null when its beginning was lost
        meter_start_wh INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        start_state TEXT NOT NULL,    -- owed, bound, given-up, lost
        transaction_id INTEGER,
        id_tag_info TEXT,
        deauthorized INTEGER NOT NULL DEFAULT 0,
        last_energy_wh INTEGER NOT NULL,
        last_at TEXT NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0,
        meter_stop_wh INTEGER, reason TEXT
      ) STRICT;
      CREATE INDEX transactions_open ON transactions (connector_id) WHERE ended = 0;
      CREATE INDEX transactions_by_id ON transactions (transaction_id);

      -- what StopTransaction.transactionData will say
      CREATE TABLE samples (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        local_id TEXT NOT NULL, context TEXT NOT NULL, content TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX samples_of ON samples (local_id);
      CREATE UNIQUE INDEX samples_ends ON samples (local_id, context)
        WHERE context IN ('Transaction.Begin', 'Transaction.End');

      -- No index but the ordinal: each would cost a page of flash per message, and what is looked for is nearly always
      -- among the first rows.
      CREATE TABLE owed (
        ordinal INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        chain TEXT NOT NULL,
        kind TEXT NOT NULL,           -- Started, Metered, Ended, Other
        connector_id INTEGER, local_id TEXT,
        content TEXT NOT NULL,
        at TEXT NOT NULL,
        -- a sampled meter value that may go when the disk is full
        droppable INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        retry_mono_ms INTEGER, retry_boot INTEGER,
        sent_ms INTEGER, sent_basis TEXT
      ) STRICT;
      CREATE INDEX owed_waiting ON owed (retry_mono_ms) WHERE retry_mono_ms IS NOT NULL;

      CREATE TABLE dead_letters (
        ordinal INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        chain TEXT NOT NULL, kind TEXT NOT NULL, connector_id INTEGER, local_id TEXT,
        content TEXT NOT NULL, at TEXT NOT NULL, droppable INTEGER NOT NULL,
        attempts INTEGER NOT NULL, sent_ms INTEGER, sent_basis TEXT,
        reason TEXT NOT NULL
      ) STRICT;
      CREATE INDEX dead_letters_of ON dead_letters (local_id);
    `,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE configuration (key TEXT PRIMARY KEY COLLATE NOCASE, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE authorization_cache (
        id_tag TEXT PRIMARY KEY COLLATE NOCASE, status TEXT NOT NULL, expires_ms INTEGER, parent TEXT,
        used INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX authorization_cache_used ON authorization_cache (used);
      CREATE TABLE local_list (
        id_tag TEXT PRIMARY KEY COLLATE NOCASE, status TEXT NOT NULL, expires_ms INTEGER, parent TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE availability (connector_id INTEGER PRIMARY KEY, operative INTEGER NOT NULL) STRICT;
      CREATE TABLE reservations (
        reservation_id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL, id_tag TEXT NOT NULL, parent TEXT,
        expires_ms INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE profiles (
        profile_id INTEGER PRIMARY KEY, connector_id INTEGER NOT NULL, purpose TEXT NOT NULL,
        stack_level INTEGER NOT NULL, local_id TEXT, data TEXT NOT NULL
      ) STRICT;
      CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
    `,
  },
  {
    version: 3,
    sql: `
      CREATE TABLE security_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, tech_info TEXT, at TEXT NOT NULL
      ) STRICT;
    `,
  },
];

export const LATEST_VERSION = MIGRATIONS.reduce((latest, migration) => Math.max(latest, migration.version), 0);
