import POSIX
import Packets

/// When a recorder begins a new file, and how much it may keep.
public struct RotationOptions: Sendable {
  /// Bytes after which a file is closed.
  public var fileLength: UInt64 = 512 << 20
  /// Seconds after which a file is closed; 0 for never.
  public var fileSeconds: Double = 0
  /// Files that are kept in the folder; the oldest, which may be of an earlier recorder, is removed before another begins.
  public var fileCount = Int.max
  /// Bytes that all files in the folder together may take; the oldest are removed before more is written.
  public var totalLength = UInt64.max

  /// Makes the default options: files of 512 MiB, of which none is removed.
  public init() {}
}

/// Writes packets into pcapng files that follow each other, each whole in itself, with its SHA-256 beside it.
///
/// ```
///   blocks ──► buffer ──► queue ──► thread ──► ascribe-0001-20141124T093000Z.pcapng, .sha256
/// ```
/// The thread alone touches the disk: while it waits, buffers queue up, and only when the queue is full does the caller wait.
/// A disk that is full or fails ends no capture: what it does not take is counted, and tried again with a new file every ten
/// seconds. Not thread-safe.
public final class PacketRecorder {
  /// What became of the packets.
  public struct Figures: Sendable, Equatable {
    /// Files begun.
    public var files: UInt64 = 0
    /// Files removed for the sake of the limits.
    public var removedFiles: UInt64 = 0
    /// Bytes written.
    public var bytes: UInt64 = 0
    /// Bytes that the disk did not take.
    public var lostBytes: UInt64 = 0
    /// Why the last write failed; nothing if it did not.
    public var failure: String?

    /// Makes figures of nothing.
    public init() {}
  }

  private enum Order: Sendable {
    case blocks([UInt8])
    case beginFile
    case finish(statistics: [UInt8])
  }

  private static let bufferLength = 1 << 20

  private var buffer: [UInt8] = []
  private let orders = Channel<Order>(capacity: 64)
  private let results = Channel<Figures>()
  private let disk: RecorderDisk

  /// Makes a recorder; the folder is made if it is not there.
  ///
  /// - Parameters:
  ///   - folder: Where the files go.
  ///   - preamble: The blocks that each file begins with.
  ///   - options: When files are closed and removed.
  /// - Throws: `CaptureError` with code `unreadable` if the folder cannot be written.
  public init(folder: String, preamble: [UInt8], options: RotationOptions) throws(CaptureError) {
    disk = try RecorderDisk(folder: folder, preamble: preamble, options: options)
    buffer.reserveCapacity(Self.bufferLength)
    let (disk, orders, results) = (disk, orders, results)
    let hasStarted = startThread {
      while let order = orders.receive() {
        switch order {
        case .blocks(let bytes): disk.write(bytes)
        case .beginFile: disk.close(with: [])
        case .finish(let statistics):
          disk.close(with: statistics)
          results.send(disk.published.figures)
          return
        }
      }
    }
    guard hasStarted else { throw CaptureError(.unreadable, "The system has no thread to spare for writing packets.") }
  }

  /// Takes whole blocks.
  ///
  /// - Parameter blocks: The blocks.
  public func append(_ blocks: RawSpan) {
    buffer.append(copying: blocks)
    if buffer.count >= Self.bufferLength { flush() }
  }

  /// Lets what is taken from here on go into another file than what was taken so far.
  public func beginFile() {
    flush()
    orders.send(.beginFile)
  }

  /// Hands what was taken to the thread; to be called now and then.
  public func flush() {
    guard !buffer.isEmpty else { return }
    orders.send(.blocks(buffer))
    buffer.removeAll(keepingCapacity: true)
  }

  /// What became of the packets so far.
  public var figures: Figures { disk.published.figures }

  /// Writes what is left and closes the last file.
  ///
  /// - Parameter statistics: Blocks that end it: what the interfaces counted.
  /// - Returns: What became of the packets.
  public func finish(statistics: [UInt8]) -> Figures {
    flush()
    orders.send(.finish(statistics: statistics))
    return results.receive() ?? Figures()
  }
}
