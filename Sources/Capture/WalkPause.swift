package import Packets

/// Why a walk over records stopped.
///
/// Nothing of the record at the cursor is consumed, so that a walk may begin again there.
package enum WalkPause {
  /// The next frame has this time; it is later than the limit, or no more are wanted.
  case frame(nanoseconds: Int64)
  /// The record at the cursor needs this many bytes in all, and the window ends before.
  case needs(Int)
  /// The record at the cursor contradicts itself; why.
  case corrupt(String)
}

/// A packet as its record describes it.
package struct CaptureRecord: BitwiseCopyable {
  /// Nanoseconds since the epoch.
  package var time: Int64
  /// Offset in the window of its first byte.
  package var offset: Int
  /// Bytes captured; they lie in the window.
  package var capturedLength: UInt32
  /// Bytes on the wire.
  package var wireLength: UInt32
  /// The interface's link type.
  package var linkType: LinkType
}

/// Limits on what a record may claim, so that a corrupt length neither hides the rest of a file nor fills the memory.
enum RecordLimits {
  /// The captured length that every capture may reach: the snap length that libpcap itself writes at most.
  static let ordinaryCapturedLength = 262_144
  /// The longest record or block of any kind: as libpcap's own bound for pcapng blocks (16 MiB).
  static let length = 16 << 20
  /// Interfaces of one pcapng section; each costs memory as long as the section lasts.
  static let interfaces = 65_536
}
