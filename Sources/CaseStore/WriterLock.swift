import Glibc
import SystemPackage

/// The right to write to a case: one process at a time has it, and loses it when it ends, however that happens.
///
/// An advisory lock of the whole file (flock(2)), which has nothing to do with the locks of SQLite (fcntl(2)). Those go when
/// any descriptor of the file is closed, so this one stays open until the database is closed.
final class WriterLock: Sendable {
  private let file: FileDescriptor

  /// Takes the lock; the file is made where there is none, readable by its owner alone, for it holds a key.
  ///
  /// - Parameter path: The case.
  /// - Throws: `CaseError` with code `busy` or `cannotWrite`.
  init(path: String) throws(CaseError) {
    do {
      file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    } catch {
      throw CaseError(.cannotWrite, "'\(path)' cannot be written; name a file in a folder that exists and is yours.")
    }
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      throw CaseError(.busy, "'\(path)' is being written by another ascribe; try again when that one has ended.")
    }
  }

  /// Keeps writers out of a case that cannot be written here, as long as it is read; nothing if somebody writes to it.
  ///
  /// - Parameter path: The case.
  init?(keepingOut path: String) {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else { return nil }
    self.file = file
    guard flock(file.rawValue, LOCK_SH | LOCK_NB) == 0 else { return nil }
  }

  deinit { try? file.close() }
}
