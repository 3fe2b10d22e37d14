import Glibc

/// A path as the system holds it: bytes, which need not be UTF-8.
struct FilePath: Equatable {
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
  /// - Parameter waits: Whether a pipe is waited for until somebody writes into it.
  /// - Returns: A descriptor to be closed, or nothing; `errno` says why.
  func open(waits: Bool = true) -> Int32? {
    let flags = O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK)
    let descriptor = unsafe withCString { unsafe Glibc.open($0, flags) }
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
