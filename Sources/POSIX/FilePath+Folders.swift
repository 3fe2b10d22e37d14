import Glibc
package import SystemPackage

// What the library says nothing of: folders, and who may write them. All unsafe code about paths stands here.
extension FilePath {
  /// The names in a folder, sorted by their bytes, each behind the folder's.
  ///
  /// - Returns: The paths.
  /// - Throws: Why it cannot be read.
  package func entries() throws(Errno) -> [FilePath] {
    // The path is a C string that lives through the call.
    guard let folder = unsafe withPlatformString({ unsafe opendir($0) }) else { throw Errno(rawValue: errno) }
    defer { unsafe closedir(folder) }
    var names: [[CChar]] = []
    while let entry = unsafe readdir(folder) {
      // The system ends d_name with a zero byte inside the entry; it is copied before the next readdir.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 1) { start in
          unsafe Array(UnsafeBufferPointer(start: start, count: strlen(start)))
        }
      }
      if name != [46] && name != [46, 46] { names.append(name) }
    }
    names.sort { $0.lexicographicallyPrecedes($1) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) } }
    return names.map { appending(FilePath(platformString: $0 + [0]).components) }
  }

  /// Makes the folder.
  ///
  /// - Parameter permissions: Who may do what with it, less what the process keeps from others.
  /// - Throws: Why it cannot be made; `fileExists` if something lies there.
  package func makeFolder(_ permissions: FilePermissions) throws(Errno) {
    try unsafe check { unsafe mkdir($0, permissions.rawValue) }
  }

  /// Makes the folder, and those above it, if it is not there.
  ///
  /// - Parameter permissions: As above.
  /// - Throws: Why it cannot be made.
  package func makeFolders(_ permissions: FilePermissions) throws(Errno) {
    var folder = FilePath(root: root)
    for component in components {
      folder.append(component)
      do throws(Errno) { try folder.makeFolder(permissions) } catch {
        guard error == .fileExists || (try? Stat(folder))?.type == .directory else { throw error }
      }
    }
  }

  /// Removes the file.
  ///
  /// - Throws: Why it cannot be removed.
  package func remove() throws(Errno) {
    try unsafe check { unsafe unlink($0) }
  }

  /// Whether this process may make files in the folder.
  ///
  /// - Throws: Why not.
  package func checkWritableFolder() throws(Errno) {
    try unsafe check { unsafe access($0, W_OK | X_OK) }
  }

  /// The path without links and dots; nothing if there is no such file.
  package var resolved: FilePath? {
    // The text that it gives, with a zero behind it, is copied and freed.
    guard let text = unsafe withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(text) }
    return unsafe FilePath(platformString: text)
  }

  private func check(_ call: (UnsafePointer<CChar>) -> Int32) throws(Errno) {
    // The path is a C string that lives through the call.
    guard unsafe withPlatformString(call) == 0 else { throw Errno(rawValue: errno) }
  }
}

/// Device and inode: the same for two names of one file.
package struct FileIdentity: Hashable, Sendable {
  let device: DeviceID
  let inode: Inode
}

extension Stat {
  /// Device and inode.
  package var identity: FileIdentity { FileIdentity(device: deviceID, inode: inode) }
}
