import Synchronization

/// The mappings of files that several sources read at once, each file mapped once.
///
/// Safe to use from any thread.
final class MappingPool: Sendable {
  private struct Entry {
    weak var file: MappedFile?
  }

  private let entries = Mutex<[FilePath: Entry]>([:])

  /// The mapping of a path, made if nobody holds one.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - make: Maps it.
  /// - Returns: The mapping, or nothing if none could be made.
  func file(_ path: FilePath, _ make: () -> MappedFile?) -> MappedFile? {
    entries.withLock { entries in
      if let file = entries[path]?.file { return file }
      guard let file = make() else { return nil }
      entries[path] = Entry(file: file)
      return file
    }
  }
}
