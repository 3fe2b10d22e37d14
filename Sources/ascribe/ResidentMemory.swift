import Foundation

/// What of this process lies in memory (/proc/self/statm, proc(5)).
///
/// The file is opened once, so that it can be read where no more files can be opened.
struct ResidentMemory {
  private static let page = UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
  private let file = FileHandle(forReadingAtPath: "/proc/self/statm")

  /// Bytes; 0 where /proc is not mounted.
  var bytes: UInt64 {
    guard let file, (try? file.seek(toOffset: 0)) != nil, let data = try? file.read(upToCount: 128) else { return 0 }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (UInt64(fields[1]) ?? 0) * Self.page : 0
  }
}
