import Cryptography
import POSIX
import Packets
import Synchronization
import SystemPackage

/// The files of a recorder; used by its thread, but for what it publishes.
final class RecorderDisk: @unchecked Sendable {
  /// Figures that other threads may read.
  final class Published: Sendable {
    private let shared = Mutex(PacketRecorder.Figures())
    var figures: PacketRecorder.Figures { shared.withLock { $0 } }
    func update(_ change: (inout PacketRecorder.Figures) -> Void) {
      shared.withLock { change(&$0) }
    }
  }

  /// Seconds after which a disk that failed is tried again.
  private static let patience: Double = 10

  let published = Published()
  private let folder: String
  private let preamble: [UInt8]
  private let options: RotationOptions
  private var file: OutputDescriptor?
  private var name = ""
  private var digest = Digest(.sha256)
  private var length: UInt64 = 0
  private var opened = ContinuousClock.now
  private var retry: ContinuousClock.Instant?
  private var number = 0
  /// Files of the folder, those of earlier recorders too, the oldest first.
  private var kept: [(name: String, length: UInt64)] = []

  init(folder: String, preamble: [UInt8], options: RotationOptions) throws(CaptureError) {
    self.folder = folder
    self.preamble = preamble
    self.options = options
    do throws(OutputDescriptor.Failure) {
      do throws(Errno) { try FilePath(folder).makeFolders(FilePermissions(rawValue: 0o750)) } catch {
        throw OutputDescriptor.Failure(reason: "\(error)")
      }
      kept = earlierFiles
      // The numbers go on: one that is started again within a second needs another name.
      number = kept.last.flatMap { Int($0.name.dropLast(7).split(separator: "-").last ?? "") } ?? 0
      try begin()
    } catch {
      throw CaptureError(
        .unwritable, "No packets can be written to '\(folder)': \(error.reason). Name a folder with room.")
    }
  }

  /// Writes blocks, into a new file if it is time for one.
  func write(_ blocks: [UInt8]) {
    if file != nil, isDue { close(with: []) }
    if file == nil {
      if let retry, ContinuousClock.now < retry { return lose(blocks.count, nil) }
      do throws(OutputDescriptor.Failure) { try begin() } catch { return lose(blocks.count, error) }
    }
    makeRoom(for: UInt64(blocks.count))
    if !append(blocks) { close(with: []) }
  }

  /// Adds blocks to the file: all of them, or none.
  ///
  /// - Returns: Whether the disk took them.
  @discardableResult
  private func append(_ blocks: [UInt8]) -> Bool {
    do throws(OutputDescriptor.Failure) {
      try put(blocks)
      return true
    } catch {
      // What of it reached the file is cut off, so that the file ends with a whole block.
      file?.cut(to: length)
      lose(blocks.count, error)
      return false
    }
  }

  /// Closes the file and writes its digest beside it.
  func close(with statistics: [UInt8]) {
    guard file != nil else { return }
    if !statistics.isEmpty { append(statistics) }
    self.file = nil
    kept.append((name, length))
    let line = Array("\(Digest.hex(digest.finish()))  \(name)\n".utf8)
    do throws(OutputDescriptor.Failure) {
      try OutputDescriptor(new: path(name + ".sha256")).write(line)
    } catch {
      // A part of it would be taken for damage.
      try? path(name + ".sha256").remove()
      lose(line.count, error)
    }
  }

  /// The files that recorders left in the folder; their names sort by time.
  private var earlierFiles: [(name: String, length: UInt64)] {
    ((try? FilePath(folder).entries()) ?? []).compactMap { file in
      let name = file.lastComponent?.string ?? ""
      guard name.wholeMatch(of: /ascribe-\d{8}T\d{6}Z-\d{6,}\.pcapng/) != nil else { return nil }
      return (try? Stat(file, followTargetSymlink: false)).map { (name, UInt64($0.size)) }
    }
  }

  private func path(_ name: String) -> FilePath { FilePath("\(folder)/\(name)") }

  private var isDue: Bool {
    // The file that is written cannot be removed: of all that may be kept, it is half at most.
    length >= min(options.fileLength, options.totalLength / 2)
      || options.fileSeconds > 0 && ContinuousClock.now - opened >= .seconds(options.fileSeconds)
  }

  private func begin() throws(OutputDescriptor.Failure) {
    while kept.count >= options.fileCount, !kept.isEmpty { removeOldest() }
    number += 1
    let digits = String(number)
    // 20141124T093000Z: sorts as it reads, and no colon that other systems refuse.
    let time = String(Timestamp.now.description.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    name = "ascribe-\(time)-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).pcapng"
    file = try OutputDescriptor(new: path(name))
    digest = Digest(.sha256)
    length = 0
    opened = ContinuousClock.now
    published.update { $0.files += 1 }
    do throws(OutputDescriptor.Failure) { try put(preamble) } catch {
      file = nil
      try? path(name).remove()
      throw error
    }
    retry = nil
  }

  private func put(_ bytes: [UInt8]) throws(OutputDescriptor.Failure) {
    try file?.write(bytes)
    digest.update(bytes.span)
    length += UInt64(bytes.count)
    published.update {
      $0.bytes += UInt64(bytes.count)
      $0.failure = nil
    }
  }

  private func lose(_ count: Int, _ error: OutputDescriptor.Failure?) {
    if error != nil { retry = ContinuousClock.now + .seconds(Self.patience) }
    published.update {
      $0.lostBytes += UInt64(count)
      if let error { $0.failure = error.reason }
    }
  }

  private func makeRoom(for more: UInt64) {
    while !kept.isEmpty, kept.reduce(length + more, { $0 + $1.length }) > options.totalLength { removeOldest() }
  }

  private func removeOldest() {
    let oldest = kept.removeFirst()
    try? path(oldest.name).remove()
    try? path(oldest.name + ".sha256").remove()
    published.update { $0.removedFiles += 1 }
  }
}
