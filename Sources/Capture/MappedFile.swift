import Glibc

/// A regular file mapped read-only, whole, as long as the instance lives.
///
/// The descriptor is closed as soon as the mapping stands, so that open files cost no descriptors. The length is the one
/// that the file had when it was opened: bytes appended later are not seen. A file that another program cuts short
/// while it is mapped is outside of what can be promised: the kernel sends SIGBUS when a lost page is touched, and the
/// program ends with a reason. All unsafe code about mappings stands in this file.
@safe
final class MappedFile: @unchecked Sendable {
  // Immutable after init, and the pages are never written through it: safe to share between threads.
  private let base: UnsafeMutableRawPointer?
  /// Bytes of the file.
  let byteCount: Int

  /// Maps what an open descriptor refers to.
  ///
  /// - Parameters:
  ///   - descriptor: An open regular file; it is not closed here.
  ///   - byteCount: Its size.
  init?(descriptor: Int32, byteCount: Int) {
    self.byteCount = byteCount
    guard byteCount > 0 else {
      unsafe base = nil
      return
    }
    guard let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe address != MAP_FAILED
    else { return nil }
    // Advice only: a failure changes nothing.
    _ = unsafe madvise(address, byteCount, Int32(MADV_SEQUENTIAL))
    unsafe base = address
  }

  deinit {
    // The mapping was made with this address and length, and nobody else unmaps it.
    if let base = unsafe base { unsafe munmap(base, byteCount) }
  }

  /// Calls a function with the mapped bytes.
  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result { unsafe body(buffer.bytes) }

  /// The mapped bytes; valid as long as the instance lives.
  var buffer: UnsafeRawBufferPointer {
    // The mapping is exactly this long.
    unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
  }
}

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

/// A path as the system holds it: bytes, which need not be UTF-8.
struct FilePath: Hashable {
  private let bytes: [CChar]

  /// A path from its text.
  init(_ text: String) { bytes = Array(text.utf8CString) }

  /// A path from its bytes, without a closing zero byte.
  private init(bytes: [CChar]) { self.bytes = bytes + [0] }

  /// The path as text; bytes that are not UTF-8 are replaced.
  var text: String { String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }

  /// Calls a function with the path as a C string, valid for the call.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      // Never empty: the initializers append the closing zero byte.
      guard let base = buffer.baseAddress else { fatalError("a path without its closing zero byte") }
      return unsafe body(base)
    }
  }

  /// Opens the path for reading.
  ///
  /// - Returns: A descriptor to be closed, or nothing; `errno` says why.
  func open() -> Int32? {
    let descriptor = unsafe withCString { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC) }
    return descriptor >= 0 ? descriptor : nil
  }

  /// The names in a folder, sorted by their bytes, or nothing if it cannot be read; `errno` says why.
  func entries() -> [FilePath]? {
    guard let folder = unsafe withCString({ unsafe opendir($0) }) else { return nil }
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
    let parent = Array(bytes.dropLast())
    let separator: [CChar] = parent.last == 47 ? [] : [47]
    return names.map { FilePath(bytes: parent + separator + $0) }
  }
}

/// The system's words for the last error.
func lastSystemError() -> String {
  // strerror returns a string that ends with a zero byte; it is copied at once.
  guard let message = unsafe strerror(errno) else { return "error \(errno)" }
  return unsafe String(cString: message)
}
