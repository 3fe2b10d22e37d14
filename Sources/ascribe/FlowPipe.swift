import Capture
import Catalog
import Flows
import Packets

/// The frames of all inputs through decoder and flow table, on one thread.
///
/// Frames come in stretches of the same length for everyone, however they are read, so that what is put in order or judged
/// at the end of each is the same for any number of threads.
struct FlowPipe: ~Copyable {
  private let frames: SharedFrames
  private let index: Int
  var intake: FlowIntake
  /// Bytes on the disk read so far of all inputs; for progress.
  private(set) var consumedByteCount: UInt64 = 0

  /// Lays out the stages.
  ///
  /// - Parameters:
  ///   - frames: The frames of the inputs.
  ///   - index: Which of the threads that take them this is.
  ///   - intake: Takes them.
  init(_ frames: SharedFrames, _ index: Int, into intake: consuming FlowIntake) {
    (self.frames, self.index) = (frames, index)
    self.intake = intake
  }

  /// Reads a stretch of frames.
  ///
  /// - Parameter isLast: Asked now and then, whether to read no more.
  /// - Returns: Whether there may be more.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  mutating func readStretch(isLast: () -> Bool) throws(CaptureError) -> Bool {
    var left = SharedFrames.stretch
    while left > 0, !isLast() {
      let count = frames.count == 1 ? try read(atMost: left) : try takeBlock()
      if count == 0 { return false }
      left -= count
    }
    return true
  }

  /// Reads frames where nobody else does.
  private mutating func read(atMost most: Int) throws(CaptureError) -> Int {
    let (count, consumed) = try frames.withSource { source throws(CaptureError) in
      let count = try source.nextFrames(atMost: most) { frames, bytes in intake.take(&frames, bytes) }
      return (count, source.consumedByteCount)
    }
    consumedByteCount = consumed
    return count
  }

  private mutating func takeBlock() throws(CaptureError) -> Int {
    guard let block = try frames.next(for: index) else { return 0 }
    intake.take(block, for: UInt8(truncatingIfNeeded: index))
    consumedByteCount = block.consumedByteCount
    return block.count
  }
}
