import Glibc

/// What the system says of a path or descriptor.
struct FileStatus {
  /// What kind of thing lies there.
  enum Kind { case regular, folder, stream }
  /// Device and inode: the same for two names of one file.
  struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  /// The kind.
  var kind: Kind
  /// Device and inode.
  var identity: Identity
  /// Bytes, for regular files.
  var byteCount: Int

  /// Asks for the status of an open descriptor.
  static func of(descriptor: Int32) -> FileStatus? {
    var status = stat()
    // `status` is a local of the type that fstat fills.
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    return FileStatus(status)
  }

  /// Asks for the status of a path.
  static func of(path: FilePath, followLinks: Bool) -> FileStatus? {
    var status = stat()
    let result = unsafe path.withCString { name in
      // `name` ends with a zero byte; `status` is a local of the type that stat fills.
      followLinks ? unsafe stat(name, &status) : unsafe lstat(name, &status)
    }
    return result == 0 ? FileStatus(status) : nil
  }

  private init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .folder
    default: kind = .stream
    }
    identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    byteCount = Int(status.st_size)
  }
}
