public import Packets

/// Tells of the frames of a run, before they are decoded, which of several tables needs them.
///
/// Sees every frame, in order. Not thread-safe.
public struct FrameSorter {
  /// What is told of a frame.
  @frozen
  public struct Mark: BitwiseCopyable, Sendable {
    /// The index of the table that keeps its flow; nothing if every table is to decode it.
    public let owner: UInt8?
    /// Whether time goes on with it, in the same file and the same second or so: the others need only know how many such
    /// frames there were, and the time of the last.
    public let isQuiet: Bool
  }

  private let count: Int
  private var latest = Timestamp(nanoseconds: .min)
  private var file = UInt32.max

  /// A sorter that has seen nothing.
  ///
  /// - Parameter count: How many tables there are, 1 to `FlowShare.parts`.
  public init(tables count: Int) { self.count = count }

  /// Looks at a frame.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - linkType: The interface's link type.
  ///   - time: When it was captured.
  ///   - file: Index of its capture file.
  /// - Returns: Who needs it.
  /// - Complexity: O(1).
  public mutating func mark(_ frame: RawSpan, linkType: LinkType, _ time: Timestamp, file: UInt32) -> Mark {
    let isQuiet = time >= latest && file == self.file && TimeWheel.tick(time) == TimeWheel.tick(latest)
    // Once time fell back nothing is quiet before it is as late as it was.
    latest = max(latest, time)
    self.file = file
    guard linkType == .ethernet, let pair = Decoder.plainAddresses(frame) else {
      return Mark(owner: nil, isQuiet: isQuiet)
    }
    let owner = FlowShare.owner(ofPart: FlowShare.part(pair.source, pair.destination), among: count)
    return Mark(owner: UInt8(truncatingIfNeeded: owner), isQuiet: isQuiet)
  }
}
