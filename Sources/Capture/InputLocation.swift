import Glibc
import POSIX
import SystemPackage

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
    case stream(FileDescriptor)
  }

  /// Opens the input.
  ///
  /// - Parameter isGrowing: Whether a regular file, too, is read from front to back, for it has no end yet.
  /// - Returns: What lies there.
  /// - Throws: `CaptureError` with code `unreadable`.
  func open(isGrowing: Bool) throws(CaptureError) -> Opened {
    guard let path else { return .stream(.standardInput) }
    do {
      // A pipe that nobody writes into yet is waited for where it is read.
      let isStream = (try? Stat(path))?.isStream == true
      let descriptor = try FileDescriptor.open(
        path, .readOnly, options: isStream ? [.closeOnExec, .nonBlocking] : .closeOnExec)
      guard !isGrowing, let status = try? Stat(descriptor), status.type == .regular else { return .stream(descriptor) }
      return .file(InputFile(path, descriptor: descriptor, status))
    } catch {
      throw unreadable(error)
    }
  }

  /// The error for an input that cannot be opened.
  ///
  /// - Parameter error: What the system says.
  /// - Returns: The error.
  func unreadable(_ error: any Error) -> CaptureError {
    let remedy =
      switch error as? Errno {
      case .tooManyOpenFiles?, .tooManyOpenFilesInSystem?: "Raise the limit of open files (ulimit -n)."
      case _ where name.contains("\u{FFFD}"): "Its name is not UTF-8: name the folder that holds it, or use '-'."
      default: "Check its path and permissions."
      }
    return CaptureError(.unreadable, "'\(name)' cannot be read: \(error). \(remedy)")
  }
}

extension Stat {
  /// Whether it is neither a file nor a folder.
  fileprivate var isStream: Bool { type != .regular && type != .directory }
}

/// The inputs that paths name, each once.
struct InputListing {
  /// The inputs, by name.
  private(set) var locations: [InputLocation] = []
  /// What was passed over, with a sentence why.
  private(set) var skipped: [(name: String, reason: String)] = []

  private var found: [(location: InputLocation, identity: FileIdentity)] = []

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
      let status: Stat
      do throws(Errno) { status = if let path { try Stat(path) } else { try Stat(.standardInput) } } catch {
        throw location.unreadable(error)
      }
      if let path, status.type == .directory {
        try listFolder(path, name: name)
      } else {
        found.append((location, status.identity))
      }
    }
    // By name before doubles are found, so that the order in which they were named changes nothing.
    found.sort { $0.location.name.utf8.lexicographicallyPrecedes($1.location.name.utf8) }
    var seen: [FileIdentity: Int] = [:]
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
      let entries: [FilePath]
      do throws(Errno) { entries = try folder.entries() } catch {
        guard folder != path else {
          throw InputLocation(name: name, path: path, isExplicit: true).unreadable(error)
        }
        skipped.append((folder.string, "The folder cannot be read: \(error)."))
        continue
      }
      for entry in entries {
        let (own, target): (Stat, Stat)
        do throws(Errno) { (own, target) = (try Stat(entry, followTargetSymlink: false), try Stat(entry)) } catch {
          skipped.append((entry.string, "It cannot be read: \(error)."))
          continue
        }
        switch target.type {
        case .regular:
          found.append((InputLocation(name: entry.string, path: entry, isExplicit: false), target.identity))
        case .directory where own.type == .directory: folders.append(entry)
        case .directory: skipped.append((entry.string, "It is a link to a folder; name the folder itself."))
        default: skipped.append((entry.string, "It is no regular file."))
        }
      }
    }
  }
}
