package import Cryptography
import Foundation
import GRDB

/// A case in one SQLite file: captures, flows, findings with their history, notes and custody.
///
/// Readers see complete runs alone, and those of interfaces as far as they were committed. One process writes at a time.
/// What was committed survives the end of the process at any instant; commits are synced to the disk.
package final class CaseStore: Sendable {
  /// What a case is opened for.
  package enum Access: Sendable {
    /// Reading: the case must be there.
    case reading
    /// Adding notes and reviews to a case that must be there, beside who writes to it.
    case annotating
    /// Writing to a case that must be there.
    case writing
    /// Writing: the case is made if it is not there.
    case making
  }

  /// The file.
  package let path: String
  let database: DatabaseQueue
  private let lock: WriterLock?
  /// Whether it is read as it lies, where nothing can be written beside it.
  package let isFixed: Bool
  /// The captures of interfaces that were found without an end when the case was opened for writing.
  package let cutRuns: [CutRun]

  /// Opens a case; when it is opened for writing, what an unfinished run of files left is removed, and one of interfaces is
  /// marked as cut where it was committed last.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - access: What for.
  /// - Throws: `CaseError`.
  package init(path: String, for access: Access) throws(CaseError) {
    guard access == .making || FileManager.default.fileExists(atPath: path) else {
      throw CaseError(.unreadable, "'\(path)' is not there; 'ascribe analyze --store' makes a case.")
    }
    self.path = path
    let writes = access == .writing || access == .making
    var lock = writes ? try WriterLock(path: path) : nil
    do {
      do {
        database = try Self.open(path, writes: writes)
      } catch let error as DatabaseError where access == .reading && Self.lacksRoom(error) {
        // Nothing can be written beside it: it is read as it lies.
        lock = WriterLock(keepingOut: path)
        guard lock != nil, let place = Self.unchangingPlace(of: path) else { throw error }
        database = try Self.open(place, writes: false, isFixed: true)
      }
      self.lock = lock
      isFixed = !writes && lock != nil
      try Self.check(database, path, mayBeEmpty: access == .making)
      cutRuns = writes ? try Self.prepare(database) : []
    } catch let error as CaseError {
      throw error
    } catch {
      throw Self.failure(error, path, access)
    }
  }

  private static func open(_ place: String, writes: Bool, isFixed: Bool = false) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = isFixed
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824")
      // A log that grew while somebody read is cut back; who may write nowhere else needs no other file.
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
      if writes { try db.execute(sql: "PRAGMA temp_store = MEMORY") }
    }
    return try DatabaseQueue(path: place, configuration: configuration)
  }

  /// Whether SQLite could not write: the case, or what it keeps beside it.
  private static func lacksRoom(_ error: DatabaseError) -> Bool {
    [.SQLITE_CANTOPEN, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY].contains(error.resultCode)
  }

  /// How SQLite opens a case that nobody changes; nothing if the log beside it holds commits.
  private static func unchangingPlace(of path: String) -> String? {
    let file = URL(filePath: path).resolvingSymlinksInPath()
    let log = try? FileManager.default.attributesOfItem(atPath: file.path + "-wal")
    return (log?[.size] as? Int ?? 0) > 0 ? nil : file.absoluteString + "?immutable=1"
  }

  private static func failure(_ error: any Error, _ path: String, _ access: Access) -> CaseError {
    if let error = error as? DatabaseError, error.resultCode == .SQLITE_BUSY {
      return CaseError(
        access == .reading ? .unreadable : .busy,
        "'\(path)' is locked by another program; try again when that one has ended.")
    }
    guard let error = error as? DatabaseError, lacksRoom(error) else {
      return CaseError(.notACase, "'\(path)' cannot be opened as a case: \(error).")
    }
    return access == .reading
      ? CaseError(
        .unreadable,
        "'\(path)' cannot be read where nothing can be written beside it (\(error)); copy all its files to another folder."
      )
      : CaseError(.cannotWrite, "'\(path)' could not be written: \(error).")
  }

  /// Ends the use of the file: the commits that lie in the log beside it go into it.
  package func close() { try? database.close() }

  // Before the lock goes.
  deinit { close() }

  private static func check(_ database: DatabaseQueue, _ path: String, mayBeEmpty: Bool) throws {
    try database.read { db in
      let isNew = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
      guard !isNew || mayBeEmpty else {
        throw CaseError(.notACase, "'\(path)' is empty; 'ascribe analyze --store' makes a case.")
      }
      let identifier = try Int32.fetchOne(db, sql: "PRAGMA application_id")
      guard isNew || identifier == CaseSchema.applicationID else {
        throw CaseError(.notACase, "'\(path)' is a database, but no case of ascribe; name another file.")
      }
      guard try isNew || !CaseSchema.migrator.hasBeenSuperseded(db) else {
        throw CaseError(.notACase, "'\(path)' was written by a newer ascribe; use that one.")
      }
    }
  }

  /// Reads from the case.
  func read<Result>(_ body: (Database) throws -> Result) throws(CaseError) -> Result {
    do {
      return try database.read(body)
    } catch let error as CaseError {
      throw error
    } catch {
      throw CaseError(.notACase, "'\(path)' cannot be read: \(error).")
    }
  }

  /// Writes to the case, all or nothing.
  func write<Result>(_ body: (Database) throws -> Result) throws(CaseError) -> Result {
    do {
      return try database.write(body)
    } catch let error as CaseError {
      throw error
    } catch {
      throw CaseError(.cannotWrite, "'\(path)' could not be written: \(error).")
    }
  }

  /// Makes equal secrets in the content of flows equal, in all runs of the case.
  package var secretHash: KeyedHash {
    get throws(CaseError) {
      KeyedHash(key: Array(try read { try Data.fetchOne($0, sql: "SELECT hash_key FROM secret") ?? Data() }))
    }
  }
}
