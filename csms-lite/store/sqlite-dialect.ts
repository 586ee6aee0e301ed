import { type DatabaseConnection, type DialectAdapter, type Driver, SqliteAdapter, SqliteDialect } from 'kysely';

/**
 * Kysely's SQLite dialect lets one query at a time onto the connection and wakes everybody who waits each time it is free:
 * a thousand charge points that come back at once cost a million wake-ups. better-sqlite3 answers at once and never
 * interleaves two statements, so nobody has to wait. Whoever begins a transaction sees to it that nobody else works on
 * that connection meanwhile (store.ts does).
 */
export class SharedSqliteDialect extends SqliteDialect {
  override createDriver(): Driver {
    return new SharedConnection(super.createDriver());
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite's schema changes are transactional, though Kysely does without: migrations are one commit, or nothing. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SharedConnection implements Driver {
  readonly #driver: Driver;
  #connection: Promise<DatabaseConnection> | null = null;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  init: Driver['init'] = (...args) => this.#driver.init(...args);

  acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= this.#driver.acquireConnection();
    return this.#connection;
  }

  /** It stays ours. */
  releaseConnection(): Promise<void> {
    return DONE;
  }

  beginTransaction: Driver['beginTransaction'] = (...args) => this.#driver.beginTransaction(...args);
  commitTransaction: Driver['commitTransaction'] = (...args) => this.#driver.commitTransaction(...args);
  rollbackTransaction: Driver['rollbackTransaction'] = (...args) => this.#driver.rollbackTransaction(...args);
  destroy: Driver['destroy'] = (...args) => this.#driver.destroy(...args);
}

const DONE = Promise.resolve();
