/// What a `CaptureSource` is to read, and how.
public struct CaptureOptions: Sendable {
  /// A BPF filter in libpcap's language; empty for none.
  ///
  /// It is compiled for each link type and matches VLAN-tagged frames too.
  public var filter = ""
  /// Whether a damaged input ends the run instead of being read as far as it goes.
  public var strict = false
  /// Whether SHA-256 of each input is computed.
  public var hashesInputs = true
  /// Threads that reading may use beside the caller's: for hashing and for decompression.
  public var threads = 2

  /// Makes the default options.
  public init() {}
}

/// Capture files, folders and standard input, read as one stream of frames in packet-time order.
///
/// Inputs are put into a canonical order (time of first packet, then name), so that the order in which they were named
/// changes nothing. Not thread-safe: one caller pulls batches.
public struct CaptureSource: ~Copyable {
  /// The inputs in canonical order; their counts grow while batches are pulled, and are whole after the last.
  public private(set) var inputs: [CaptureInput]
  /// Files found in folders that are no captures, with a sentence why; they are passed over.
  public private(set) var skipped: [(name: String, reason: String)]
  /// Bytes on the disk of all inputs, or nothing where standard input is among them; for progress.
  public var totalByteCount: UInt64? { nil }
  /// Bytes of the inputs consumed so far, as they lie on the disk; for progress.
  public var consumedByteCount: UInt64 { 0 }

  /// Opens inputs; each is looked at, and the first frame of each is found.
  ///
  /// - Parameters:
  ///   - paths: Files, folders (read recursively) and "-" for standard input.
  ///   - options: How to read.
  /// - Throws: `CaptureError` if an input is missing, unreadable or no capture, or if the filter does not compile.
  public init(paths: [String], options: CaptureOptions) throws(CaptureError) {
    inputs = []
    skipped = []
  }

  /// Gives the next frames, at most a few hundred, all from one buffer, in packet-time order.
  ///
  /// - Parameter body: Receives the frames and the bytes into which their offsets point; neither outlives the call.
  /// - Returns: False when there are no more frames; `body` was not called then.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  /// - Complexity: O(1) per frame, O(log k) per change between k overlapping files.
  public mutating func nextBatch(
    _ body: (_ frames: Span<Frame>, _ bytes: RawSpan) -> Void
  ) throws(CaptureError) -> Bool {
    false
  }
}
