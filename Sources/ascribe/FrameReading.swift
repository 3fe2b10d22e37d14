import Capture
import Packets

/// Frames of all inputs, in stretches of the same length for everyone, however they are read, so that what is put in order
/// or judged at the end of each is the same for any number of threads.
///
/// Not thread-safe: one thread at a time reads.
final class FrameReading: @unchecked Sendable {
  /// What ends with some frames.
  enum End {
    case stretch
    /// There are no more frames, or a signal asks to end.
    case run
  }

  /// Frames of a stretch: so many that threads seldom wait for each other.
  private static let stretch = 1 << 16

  private(set) var source: CaptureSource
  private var left = FrameReading.stretch

  /// Begins to read.
  ///
  /// - Parameter source: The inputs.
  init(_ source: consuming CaptureSource) { self.source = source }

  /// Reads the next frames, a few hundred at most.
  ///
  /// - Parameter body: As that of `CaptureSource.nextFrames`.
  /// - Returns: What ends with these frames; where the run does, there were none.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  func next(_ body: (_ frames: inout FrameCursor, _ bytes: RawSpan) -> Void) throws(CaptureError) -> End? {
    // What came of streams is not left out: they end by themselves then, and cannot be read again.
    guard source.endsOnRequest || !Interruption.isRequested else { return .run }
    let count = try source.nextFrames(atMost: left, body)
    guard count > 0 else { return .run }
    left -= count
    guard left == 0 else { return nil }
    left = Self.stretch
    return .stretch
  }
}
