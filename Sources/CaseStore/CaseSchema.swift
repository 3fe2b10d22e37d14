import GRDB

/// The tables of a case.
enum CaseSchema {
  /// "Ascr", by which file(1) and SQLite tell a case from other databases.
  static let applicationID: Int32 = 0x4173_6372

  /// The steps from nothing to the tables of this version; those of a released version are never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = 1")
      try db.execute(sql: tables)
    }
    migrator.registerMigration("2") { db in
      try db.execute(sql: "PRAGMA user_version = 2")
      try db.execute(sql: liveTables)
    }
    migrator.registerMigration("3") { db in
      try db.execute(sql: "PRAGMA user_version = 3")
      try db.execute(sql: joiningIndex)
    }
    return migrator
  }

  /// Finds what goes on with a flow by both of its endpoints: by one address and the time, each flow of a busy server would
  /// be held against all others of it.
  private static let joiningIndex = """
    DROP INDEX flow_originator;
    CREATE INDEX flow_originator ON flow (originator, responder, ports, protocol, first);
    """

  /// The states of runs that readers see.
  static let visibleStates = "state IN ('complete', 'live', 'cut')"

  /// Tables in which a run may be one of interfaces, which have no digest.
  ///
  /// Such a run is `live` from its beginning, and seen as far as it was committed; `complete` when it ended, and `cut` if
  /// its process did.
  private static let liveTables = """
    CREATE TABLE new_run (
      id INTEGER PRIMARY KEY, began TEXT NOT NULL, tool_version TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('ingesting', 'complete', 'abandoned', 'live', 'cut')),
      catalog TEXT NOT NULL REFERENCES catalog, first_flow INTEGER NOT NULL, facts TEXT) STRICT;
    INSERT INTO new_run SELECT * FROM run;
    DROP TABLE run;
    ALTER TABLE new_run RENAME TO run;
    CREATE TABLE new_capture (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, position INTEGER NOT NULL,
      sha256 TEXT UNIQUE, bytes INTEGER NOT NULL, sensor TEXT, facts TEXT NOT NULL,
      UNIQUE (run, position)) STRICT;
    INSERT INTO new_capture SELECT * FROM capture;
    DROP TABLE capture;
    ALTER TABLE new_capture RENAME TO capture;
    CREATE INDEX capture_bytes ON capture (bytes);
    """

  /// - `run`: what `ascribe analyze --store` read at once. Its rows are seen by readers when it is `complete`; one that was
  ///   cut off is `abandoned`, and keeps no flows. Flows of a run have ids from `first_flow` on without a gap.
  /// - `flow.originator`, `.responder`: IPv4 as an integer, IPv6 as 16 bytes, so that a prefix is a range of the index.
  /// - `flow.marks`: see `FlowMarks`; `flow.fields`: see `FlowRecord.fields`.
  private static let tables = """
    CREATE TABLE secret (id INTEGER PRIMARY KEY CHECK (id = 1), hash_key BLOB NOT NULL) STRICT;
    CREATE TABLE catalog (sha256 TEXT PRIMARY KEY, first_used TEXT NOT NULL, entries TEXT NOT NULL)
      STRICT, WITHOUT ROWID;
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, began TEXT NOT NULL, tool_version TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('ingesting', 'complete', 'abandoned')),
      catalog TEXT NOT NULL REFERENCES catalog, first_flow INTEGER NOT NULL, facts TEXT) STRICT;
    CREATE TABLE capture (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, position INTEGER NOT NULL,
      sha256 TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, sensor TEXT, facts TEXT NOT NULL,
      UNIQUE (run, position)) STRICT;
    CREATE INDEX capture_bytes ON capture (bytes);
    CREATE TABLE flow (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
      originator ANY NOT NULL, responder ANY NOT NULL, ports INTEGER NOT NULL, protocol INTEGER NOT NULL,
      marks INTEGER NOT NULL, fields BLOB NOT NULL) STRICT;
    CREATE INDEX flow_first ON flow (first);
    CREATE INDEX flow_originator ON flow (originator, first);
    CREATE INDEX flow_responder ON flow (responder, first);
    CREATE INDEX flow_cut ON flow (run) WHERE marks & 2 <> 0;
    CREATE INDEX flow_indirect ON flow (id) WHERE marks & 4096 <> 0;
    CREATE TABLE assessment (
      id INTEGER PRIMARY KEY, time TEXT NOT NULL, catalog TEXT NOT NULL REFERENCES catalog,
      run INTEGER NOT NULL REFERENCES run, options TEXT NOT NULL, document BLOB NOT NULL) STRICT;
    CREATE TABLE finding (
      assessment INTEGER NOT NULL REFERENCES assessment, id TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
      actor TEXT, entry TEXT, flow_count INTEGER NOT NULL, PRIMARY KEY (assessment, id)) STRICT, WITHOUT ROWID;
    CREATE TABLE flow_verdict (
      flow INTEGER PRIMARY KEY REFERENCES flow, verdict TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT,
      finding TEXT) STRICT;
    CREATE INDEX flow_verdict_verdict ON flow_verdict (verdict);
    CREATE INDEX flow_verdict_actor ON flow_verdict (actor);
    CREATE INDEX flow_verdict_finding ON flow_verdict (finding);
    CREATE TABLE note (
      id INTEGER PRIMARY KEY, time TEXT NOT NULL, analyst TEXT NOT NULL, assessment INTEGER NOT NULL REFERENCES assessment,
      finding TEXT NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL,
      FOREIGN KEY (assessment, finding) REFERENCES finding (assessment, id)) STRICT;
    CREATE TABLE review (
      id INTEGER PRIMARY KEY, time TEXT NOT NULL, note INTEGER NOT NULL REFERENCES note, reviewer TEXT NOT NULL,
      is_accepted INTEGER NOT NULL) STRICT;
    CREATE TABLE custody (
      id INTEGER PRIMARY KEY, time TEXT NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
    CREATE TRIGGER custody_update BEFORE UPDATE ON custody BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
    CREATE TRIGGER custody_delete BEFORE DELETE ON custody BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
    CREATE TRIGGER note_update BEFORE UPDATE ON note BEGIN SELECT RAISE(ABORT, 'notes are append-only'); END;
    CREATE TRIGGER note_delete BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'notes are append-only'); END;
    """
}
