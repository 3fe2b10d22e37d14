import Packets

/// Changes a capture as lines and mirror ports do: nothing of it says more of an address than the capture did before.
///
/// The frames must be Ethernet. The same seed changes the same frames.
public struct FrameMutator: Sendable {
  /// What is thrown in.
  public enum Change: Sendable, CaseIterable {
    /// Frames sent again some frames later, with another IPv4 identification.
    case retransmissions
    /// Frames that the capture holds twice within 5 ms, byte for byte.
    case duplicates
    /// Frames captured up to two places before or after where they belong.
    case reordering
    /// One VLAN tag on all frames.
    case tag
    /// A VLAN tag on the frames of one direction only.
    case tagOneWay
    /// All of these, but for the tag on one direction.
    case all
  }

  private var generator: SeededGenerator

  /// Makes a mutator.
  ///
  /// - Parameter seed: What decides which frames are changed.
  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Changes a capture.
  ///
  /// - Parameters:
  ///   - frames: The frames in the order of the capture.
  ///   - change: What is thrown in.
  /// - Returns: The frames, times not falling where they did not fall before.
  public mutating func mutate(_ frames: [TimedFrame], by change: Change) -> [TimedFrame] {
    switch change {
    case .retransmissions: return repeated(frames, isMirror: false)
    case .duplicates: return repeated(frames, isMirror: true)
    case .reordering: return reordered(frames)
    case .tag:
      let tag = UInt16(1 + generator.next() % 4_094)
      return frames.map { $0.tagged(tag) }
    case .tagOneWay:
      guard let side = frames.randomElement(using: &generator)?.hardwareSource else { return frames }
      return frames.map { $0.hardwareSource == side ? $0.tagged(7) : $0 }
    case .all:
      return [Change.retransmissions, .reordering, .duplicates, .tag].reduce(frames) { mutate($0, by: $1) }
    }
  }

  private mutating func repeated(_ frames: [TimedFrame], isMirror: Bool) -> [TimedFrame] {
    var result = frames
    for _ in 0..<(1 + Int(generator.next() % 4)) where !result.isEmpty {
      let index = Int(generator.next() % UInt64(result.count))
      var copy = result[index]
      if isMirror {
        let delay = Int64(generator.next() % 4_000_000)
        copy.timestamp = Timestamp(nanoseconds: copy.timestamp.nanoseconds + delay)
        let place = result[(index + 1)...].firstIndex { $0.timestamp > copy.timestamp } ?? result.endIndex
        result.insert(copy, at: place)
      } else {
        copy.renewIdentification(UInt16(truncatingIfNeeded: generator.next()))
        let place = min(index + 1 + Int(generator.next() % 3), result.count)
        copy.timestamp = max(copy.timestamp, result[place - 1].timestamp)
        result.insert(copy, at: place)
      }
    }
    return result
  }

  private mutating func reordered(_ frames: [TimedFrame]) -> [TimedFrame] {
    var result = frames
    guard frames.count > 1 else { return frames }
    for _ in 0..<(1 + Int(generator.next() % 3)) {
      let index = Int(generator.next() % UInt64(result.count - 1))
      let other = min(index + 1 + Int(generator.next() % 2), result.count - 1)
      let times = (result[index].timestamp, result[other].timestamp)
      result.swapAt(index, other)
      (result[index].timestamp, result[other].timestamp) = times
    }
    return result
  }
}

extension TimedFrame {
  /// The sender's MAC address.
  fileprivate var hardwareSource: [UInt8] { Array(bytes.dropFirst(6).prefix(6)) }

  /// The frame with an 802.1Q tag.
  fileprivate func tagged(_ tag: UInt16) -> TimedFrame {
    guard linkType == .ethernet, bytes.count >= 14 else { return self }
    var frame = self
    frame.bytes.insert(contentsOf: [0x81, 0x00, UInt8(tag >> 8), UInt8(truncatingIfNeeded: tag)], at: 12)
    frame.wireLength += 4
    return frame
  }

  /// Gives an untagged IPv4 packet another identification and mends its header checksum (RFC 1624).
  fileprivate mutating func renewIdentification(_ value: UInt16) {
    guard linkType == .ethernet, bytes.count >= 34, bytes[12] == 0x08, bytes[13] == 0x00 else { return }
    func word(_ offset: Int) -> UInt32 { UInt32(bytes[offset]) << 8 | UInt32(bytes[offset + 1]) }
    var sum = (~word(24) & 0xFFFF) + (~word(18) & 0xFFFF) + UInt32(value)
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
    let checksum = ~sum & 0xFFFF
    (bytes[18], bytes[19]) = (UInt8(value >> 8), UInt8(truncatingIfNeeded: value))
    (bytes[24], bytes[25]) = (UInt8(checksum >> 8), UInt8(checksum & 0xFF))
  }
}
