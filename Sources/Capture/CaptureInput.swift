public import Packets

/// What is known of one input after (and, as far as its head tells, before) it was read: a row of custody.
public struct CaptureInput: Sendable {
  /// Where and why reading of a damaged input ended.
  public struct Damage: Sendable, Equatable {
    /// Number of the frame that could not be read, from 1.
    public var frame: UInt64
    /// Byte offset in the uncompressed capture at which the damage lies.
    public var offset: UInt64
    /// A sentence that says what is wrong.
    public var reason: String

    /// Makes a damage note.
    ///
    /// - Parameters:
    ///   - frame: Number of the frame that could not be read, from 1.
    ///   - offset: Byte offset in the uncompressed capture.
    ///   - reason: A sentence that says what is wrong.
    public init(frame: UInt64, offset: UInt64, reason: String) {
      self.frame = frame
      self.offset = offset
      self.reason = reason
    }
  }

  /// The container format.
  public enum Format: String, Sendable {
    /// Classic libpcap, with any of its magic numbers.
    case pcap
    /// pcapng.
    case pcapng
  }

  /// How the file is compressed, recognised by content.
  public enum Compression: String, Sendable {
    /// gzip (RFC 1952), several members included.
    case gzip
    /// Zstandard (RFC 8878), several frames included.
    case zstd
    /// LZ4 frame format, several frames included.
    case lz4
    /// xz, several streams included.
    case xz
  }

  /// The input as it was named: a path, or "-" for standard input; files in a folder carry the folder's path.
  public var name: String
  /// Bytes of the file as it lies on the disk (compressed, where it is).
  public var byteCount: UInt64 = 0
  /// SHA-256 of the file as it lies on the disk, lower-case hex; nothing with `--no-hash`.
  public var sha256: String?
  /// The container format; nothing for an empty file.
  public var format: Format?
  /// How it is compressed.
  public var compression: Compression?
  /// The link types of its interfaces, each once, in order of appearance.
  public var linkTypes: [LinkType] = []
  /// Frames read, those that the filter took out included.
  public var packetCount: UInt64 = 0
  /// Frames that the filter took out.
  public var filteredCount: UInt64 = 0
  /// Frames of which less was captured than was on the wire.
  public var truncatedCount: UInt64 = 0
  /// Packets that the capturing interface says it dropped (pcapng Interface Statistics), nothing if it does not say.
  public var interfaceDrops: UInt64?
  /// Frames that stand in blocks without a time (pcapng Simple Packet Blocks): they have that of the frame before them.
  public var untimedCount: UInt64 = 0
  /// When an interface gave no packets because it was gone or down, in order.
  public var absences: [ClosedRange<Timestamp>] = []
  /// Time of the first frame, by which inputs are put in order; nothing where there is none.
  public var firstFrame: Timestamp?
  /// Earliest packet time.
  public var firstPacket: Timestamp?
  /// Latest packet time.
  public var lastPacket: Timestamp?
  /// Where and why reading ended before the end.
  public var damage: Damage?

  /// Makes a row for an input that is not read yet.
  ///
  /// - Parameter name: The input as it was named.
  public init(name: String) { self.name = name }
}
