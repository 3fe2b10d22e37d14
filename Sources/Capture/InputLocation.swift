import Glibc

/// Where an input lies.
struct InputLocation {
  /// The input as it was named.
  let name: String
  /// Its path, or nothing for standard input.
  let path: FilePath?
  /// Whether it was named itself, not found in a folder.
  var isExplicit: Bool

  /// What opening gives.
  enum Opened {
    /// A regular file.
    case file(InputFile)
    /// Something that is read once, from front to back; the descriptor stays open.
    case stream(Int32)
  }

  /// Opens the input.
  ///
  /// - Parameter isGrowing: Whether a regular file, too, is read from front to back, for it has no end yet.
  /// - Returns: What lies there.
  /// - Throws: `CaptureError` with code `unreadable`.
  func open(isGrowing: Bool) throws(CaptureError) -> Opened {
    guard let path else { return .stream(STDIN_FILENO) }
    // A pipe that nobody writes into yet is waited for where it is read.
    let waits = FileStatus.of(path: path, followLinks: true)?.kind != .stream
    guard let descriptor = path.open(waits: waits) else { throw unreadable() }
    guard !isGrowing, let status = FileStatus.of(descriptor: descriptor), status.kind == .regular else {
      return .stream(descriptor)
    }
    return .file(InputFile(path, descriptor: descriptor, status))
  }

  /// The error for an input that cannot be opened, with the system's reason.
  func unreadable() -> CaptureError {
    CaptureError(.unreadable, "'\(name)' cannot be read: \(lastSystemError()). Check its path and permissions.")
  }
}

/// The inputs that paths name, each once.
struct InputListing {
  /// The inputs, by name.
  private(set) var locations: [InputLocation] = []
  /// What was passed over, with a sentence why.
  private(set) var skipped: [(name: String, reason: String)] = []

  private var found: [(location: InputLocation, identity: FileStatus.Identity)] = []

  /// Finds the inputs: files and streams as they are named, and the files of folders and their folders.
  ///
  /// - Parameters:
  ///   - paths: Paths, or "-" for standard input.
  ///   - names: The names under which some of them go.
  /// - Throws: `CaptureError` with code `unreadable` if a path does not exist or a folder cannot be read.
  init(paths: [String], names: [String: String]) throws(CaptureError) {
    for name in paths {
      let path = name == "-" ? nil : FilePath(name)
      let location = InputLocation(name: names[name] ?? name, path: path, isExplicit: true)
      let status = path.map { FileStatus.of(path: $0, followLinks: true) } ?? FileStatus.of(descriptor: STDIN_FILENO)
      guard let status else { throw location.unreadable() }
      if let path, status.kind == .folder {
        try listFolder(path, name: name)
      } else {
        found.append((location, status.identity))
      }
    }
    // By name before doubles are found, so that the order in which they were named changes nothing.
    found.sort { $0.location.name.utf8.lexicographicallyPrecedes($1.location.name.utf8) }
    var seen: [FileStatus.Identity: Int] = [:]
    for (location, identity) in found {
      if let index = seen[identity] {
        locations[index].isExplicit = locations[index].isExplicit || location.isExplicit
        skipped.append((location.name, "It is the same file as '\(locations[index].name)', and is read once."))
      } else {
        seen[identity] = locations.count
        locations.append(location)
      }
    }
    found = []
  }

  /// Lists a folder and those in it; links to folders are not followed, so that no walk is endless.
  private mutating func listFolder(_ path: FilePath, name: String) throws(CaptureError) {
    var folders = [path]
    while let folder = folders.popLast() {
      guard let entries = folder.entries() else {
        guard folder != path else {
          throw InputLocation(name: name, path: path, isExplicit: true).unreadable()
        }
        skipped.append((folder.text, "The folder cannot be read: \(lastSystemError())."))
        continue
      }
      for entry in entries {
        guard let own = FileStatus.of(path: entry, followLinks: false),
          let target = FileStatus.of(path: entry, followLinks: true)
        else {
          skipped.append((entry.text, "It cannot be read: \(lastSystemError())."))
          continue
        }
        switch target.kind {
        case .regular:
          found.append(
            (InputLocation(name: entry.text, path: entry, isExplicit: false), target.identity))
        case .folder where own.kind == .folder: folders.append(entry)
        case .folder: skipped.append((entry.text, "It is a link to a folder; name the folder itself."))
        case .stream: skipped.append((entry.text, "It is no regular file."))
        }
      }
    }
  }
}
