/// Where an entry of a catalog stands.
public struct EntryPlace: Sendable {
  /// The file.
  public let file: String
  /// The line on which the entry starts, from 1.
  public let line: Int
  private let keys: [(key: String, line: Int)]

  init(file: String, line: Int, keys: [(key: String, line: Int)]) {
    self.file = file
    self.line = line
    self.keys = keys
  }

  /// The line of a key's value; of the entry, where it has no such key.
  ///
  /// - Parameter key: The key.
  /// - Returns: The line, from 1.
  public func line(of key: String) -> Int { keys.first { $0.key == key }?.line ?? line }
}

/// Where the entries of a catalog stand, by their ids; empty for a catalog that was not read from files.
public struct EntryPlaces: Sendable {
  /// The actors.
  public internal(set) var actors: [String: EntryPlace] = [:]
  /// The claims.
  public internal(set) var claims: [String: EntryPlace] = [:]
  /// The overlays.
  public internal(set) var overlays: [String: EntryPlace] = [:]

  /// Makes no places.
  public init() {}
}
