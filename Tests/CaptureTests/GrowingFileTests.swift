import Capture
import Cryptography
import Foundation
import Synchronization
import TestSupport
import Testing

/// Files that are still being written.
@Suite struct GrowingFileTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Somebody who writes a file while it is read: with every second question whether it is to end, one piece.
  final class Writer: Sendable {
    private let path: String
    private let state: Mutex<(pieces: [[UInt8]], questions: Int)>
    /// Pieces not written yet.
    var left: Int { state.withLock { $0.pieces.count } }

    /// Writes the first piece.
    init(_ path: String, _ pieces: [[UInt8]]) throws {
      self.path = path
      try Data(pieces[0]).write(to: URL(filePath: path))
      state = Mutex((Array(pieces.dropFirst()), 0))
    }

    /// - Returns: Whether there was nothing left to be written.
    func isDone() -> Bool {
      state.withLock { state in
        state.questions += 1
        guard state.questions % 2 == 0 else { return false }
        guard !state.pieces.isEmpty, let file = FileHandle(forWritingAtPath: path) else { return true }
        file.seekToEndOfFile()
        file.write(Data(state.pieces.removeFirst()))
        return false
      }
    }
  }

  private func options(_ writer: Writer, threads: Int) -> CaptureOptions {
    var options = CaptureOptions()
    options.threads = threads
    options.followsFiles = true
    options.isEndRequested = { writer.isDone() }
    return options
  }

  /// A file in pieces: its header cut in two, and records cut anywhere.
  private func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
    let cuts = [0, 10, 24, 24 + 7, bytes.count / 3, bytes.count / 2, bytes.count]
    return zip(cuts, cuts.dropFirst()).map { Array(bytes[$0..<$1]) }
  }

  @Test(arguments: [0, 2], ["pcap", "pcapng", "gzip"])
  func allThatIsWrittenIsRead(_ threads: Int, _ format: String) throws {
    let frames = randomFrames(300, seed: 70)
    var bytes = format == "pcap" ? CaptureWriter.pcap(frames) : CaptureWriter.pcapng(frames)
    if format == "gzip" {
      let plain = try bench.write(bytes, "plain")
      try bench.shell("gzip \(plain)")
      bytes = Array(try Data(contentsOf: URL(filePath: plain + ".gz")))
    }
    let path = bench.folder + "/growing"
    let writer = try Writer(path, pieces(bytes))
    let result = try readAll([path], options: options(writer, threads: threads))
    #expect(result.frames == expected(frames) && writer.left == 0)
    let row = try #require(result.inputs.first)
    #expect(row.damage == nil && row.byteCount == bytes.count && row.sha256 == Digest.hex(Digest.sha256(of: bytes)))
  }

  /// Frames come while the rest is still to be written, not a buffer later.
  @Test func framesComeSoon() throws {
    let frames = randomFrames(60, seed: 71)
    let bytes = CaptureWriter.pcap(frames)
    let path = bench.folder + "/growing"
    let writer = try Writer(path, pieces(bytes))
    var source = try CaptureSource(paths: [path], options: options(writer, threads: 0))
    #expect(source.endsOnRequest && source.totalByteCount == nil)
    var left: [Int] = []
    while try source.nextBatch({ _, _ in left.append(writer.left) }) {}
    #expect(Set(left).count >= 3 && left.last == 0, "\(left)")
  }

  @Test func whatIsWrittenAfterwardsIsNotRead() throws {
    // More than is read at once.
    let frames = randomFrames(8_000, seed: 72)
    let path = try bench.write(CaptureWriter.pcap(frames))
    var options = CaptureOptions()
    options.threads = 0
    let asked = Mutex(0)
    options.followsFiles = true
    options.isEndRequested = {
      asked.withLock { $0 += 1 }
      return true
    }
    var source = try CaptureSource(paths: [path], options: options)
    let file = try #require(FileHandle(forWritingAtPath: path))
    file.seekToEndOfFile()
    var count = 0
    while try source.nextBatch({ frames, _ in
      count += frames.count
      file.write(Data(repeating: 0xFF, count: 64))
    }) {}
    #expect(count == frames.count && source.inputs[0].damage == nil && asked.withLock { $0 } == 1)
  }

  @Test func aFileThatIsCutShort() throws {
    let bytes = CaptureWriter.pcap(randomFrames(20, seed: 73))
    let path = try bench.write(bytes)
    let asked = Mutex(0)
    var options = CaptureOptions()
    options.threads = 0
    options.followsFiles = true
    options.isEndRequested = {
      let count = asked.withLock { count in
        count += 1
        return count
      }
      if count == 3 { try? FileHandle(forWritingAtPath: path)?.truncate(atOffset: 30) }
      return count >= 100
    }
    let result = try readAll([path], options: options)
    #expect(result.inputs.first?.damage?.reason.contains("cut short while it was read") == true)
    #expect(result.frames.count == 20 && asked.withLock { $0 } < 10)
  }
}
