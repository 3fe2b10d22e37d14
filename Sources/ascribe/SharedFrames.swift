import Capture
import Flows
import Packets
import Synchronization

/// The frames of a run, found once for all its threads.
///
/// ```
///                       ┌─► queue 0 ─► thread 0
///   source ─► block ────┤
///    (by whoever has    └─► queue 1 ─► thread 1
///     none left)
/// ```
/// A thread whose queue is empty finds the next frames for everyone, while the others work on what they have; so a thread
/// with fewer flows does more of the finding. Safe to use from any thread.
final class SharedFrames: Sendable {
  /// A frame, and who needs it.
  struct Entry: BitwiseCopyable {
    var frame: Frame
    var mark: FrameSorter.Mark
  }

  /// Frames in the order of time; not changed any more.
  struct Block: Sendable {
    var entries: [Entry] = []
    /// Where the frames lie, each with the number of frames there.
    var buffers: [(bytes: FrameBytes, count: Int)] = []
    /// Frames that were read, those that a filter took out included.
    var count = 0
    /// Bytes of the frames on the wire.
    var wireByteCount: UInt64 = 0
    /// Bytes on the disk read so far of all inputs.
    var consumedByteCount: UInt64 = 0
  }

  private struct State: ~Copyable {
    var source: CaptureSource
    var sorter: FrameSorter
    /// Frames read of the stretch that is the latest.
    var readOfStretch = 0
    var error: CaptureError?
    var hasEnded = false
  }

  /// Frames after which all threads meet, however they are read; so many that threads seldom wait for each other.
  static let stretch = 1 << 16
  /// Frames of a block.
  private static let mostFrames = 2_048
  /// Captured bytes of a block: what is read stays in the cache that processors share.
  private static let mostBytes = 256 << 10
  /// Blocks that wait for a thread at most.
  private static let depth = 8

  private let state: Mutex<State>
  private let queues: [Channel<Block>]

  /// Makes the frames of a source available.
  ///
  /// - Parameters:
  ///   - source: The inputs.
  ///   - count: Threads that take all of the frames.
  init(_ source: consuming sending CaptureSource, for count: Int) {
    state = Mutex(State(source: source, sorter: FrameSorter(tables: count)))
    queues = (0..<count).map { _ in Channel(capacity: Self.depth) }
  }

  /// Threads that take the frames.
  var count: Int { queues.count }

  /// The next frames for a thread; all belong to one stretch.
  ///
  /// - Parameter index: Which thread it is.
  /// - Returns: The frames; nothing if there are no more.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  func next(for index: Int) throws(CaptureError) -> Block? {
    if let block = queues[index].poll() { return block }
    // Whoever holds the source sends a block to every queue before it lets go, so that nobody reads beyond the stretch
    // that others are in.
    _ = state.withLockIfAvailable { state in if queues[index].isEmpty { read(&state) } }
    if let block = queues[index].receive() { return block }
    if let error = state.withLock({ $0.error }) { throw error }
    return nil
  }

  /// Says that a thread takes no more.
  func leave(_ index: Int) { queues[index].close() }

  /// Uses the source itself: where one thread takes all frames, and when all have been taken.
  func withSource<Result: Sendable>(
    _ body: (inout CaptureSource) throws(CaptureError) -> Result
  ) throws(CaptureError) -> Result {
    try state.withLock { state throws(CaptureError) in try body(&state.source) }
  }

  /// Finds the next frames, and sends them to all.
  private func read(_ state: inout State) {
    guard !state.hasEnded else { return }
    var block = Block()
    block.entries.reserveCapacity(Self.mostFrames)
    do throws(CaptureError) {
      var byteCount = 0
      while block.count < Self.mostFrames, byteCount < Self.mostBytes, state.readOfStretch < Self.stretch {
        let most = min(Self.mostFrames - block.count, Self.stretch - state.readOfStretch)
        let count = try state.source.nextFrames(atMost: most) { frames, bytes in
          let before = block.entries.count
          while let frame = frames.next() {
            let captured = bytes.extracting(frame.offset..<frame.offset + Int(frame.capturedLength))
            let mark = state.sorter.mark(captured, linkType: frame.linkType, frame.timestamp, file: frame.file)
            block.entries.append(Entry(frame: frame, mark: mark))
            block.wireByteCount &+= UInt64(frame.wireLength)
            byteCount += Int(frame.capturedLength)
          }
          if let buffer = frames.buffer { block.add(buffer, block.entries.count - before) }
        }
        if count == 0 {
          state.hasEnded = true
          break
        }
        block.count += count
        state.readOfStretch += count
      }
      if state.readOfStretch == Self.stretch { state.readOfStretch = 0 }
    } catch {
      (state.error, state.hasEnded) = (error, true)
    }
    block.consumedByteCount = state.source.consumedByteCount
    for queue in queues {
      if block.count > 0 { queue.send(block) }
      if state.hasEnded { queue.close() }
    }
  }
}

extension SharedFrames.Block {
  fileprivate mutating func add(_ bytes: FrameBytes, _ count: Int) {
    if let last = buffers.indices.last, buffers[last].bytes === bytes {
      buffers[last].count += count
    } else {
      buffers.append((bytes, count))
    }
  }
}
