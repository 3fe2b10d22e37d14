import Cryptography
public import Packets

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
  /// The names under which files go that are named by these paths, for a file that lies elsewhere than it once did.
  ///
  /// Order and sensors follow the names, so that a run is the same wherever its inputs lie.
  public var names: [String: String] = [:]
  /// Whether files are still being written: more is waited for at their ends until `isEndRequested`.
  public var followsFiles = false
  /// Asked ten times a second where an input is waited for (standard input, a pipe, a file that is followed): whether it is
  /// to end with what there is.
  ///
  /// It is asked on the thread that reads, and not again once the answer was yes.
  public var isEndRequested: @Sendable () -> Bool = { false }
  /// Threads that reading may use beside the caller's: for hashing and for decompression.
  public var threads = 2

  /// Makes the default options.
  public init() {}
}

/// Capture files, folders and standard input, read as one stream of frames in packet-time order.
///
/// Inputs are put into a canonical order (time of first packet, then name), so that the order in which they were named
/// changes nothing; inputs without packets come last. Within an input the frames keep its order, and of several inputs
/// the one whose next frame is the earliest comes next. Not thread-safe: one caller pulls batches.
public struct CaptureSource: ~Copyable {
  /// The inputs in canonical order; their counts grow while batches are pulled, and are whole after the last.
  public private(set) var inputs: [CaptureInput]
  /// Files found in folders that are no captures, with a sentence why; they are passed over.
  public private(set) var skipped: [(name: String, reason: String)]
  /// Earliest time of the inputs' first packets, known before any frame was pulled; nothing if there are no packets.
  public let firstPacketTime: Timestamp?
  /// Bytes on the disk of all inputs, or nothing where standard input is among them, or a file that is still being written;
  /// for progress.
  public let totalByteCount: UInt64?
  /// Whether an input is read or decompressed on a thread of its own, where `CaptureOptions.threads` allows it.
  public let readsAhead: Bool
  /// Whether all inputs end by themselves when `CaptureOptions.isEndRequested`: what came of them before is to be read.
  public let endsOnRequest: Bool
  /// Bytes of the inputs consumed so far, as they lie on the disk; for progress.
  public var consumedByteCount: UInt64 {
    queue.entries.reduce(closedByteCount) { $0 + $1.reader.consumedByteCount }
  }

  private let options: CaptureOptions
  private let filter: PacketFilter?
  private let hasher: InputHasher?
  // Room for a batch of `nextBatch`.
  private var frames: [Frame] = []
  private var queue = MergeQueue()
  // The inputs not opened for good yet, in canonical order from `pending.startIndex` on.
  private var pending: ArraySlice<InputHead>
  private var closedByteCount: UInt64 = 0

  /// Opens inputs; each is looked at, and the first frame of each is found.
  ///
  /// - Parameters:
  ///   - paths: Files, folders (read recursively) and "-" for standard input.
  ///   - options: How to read.
  /// - Throws: `CaptureError` if an input is missing, unreadable or no capture, or if the filter does not compile.
  public init(paths: [String], options: CaptureOptions) throws(CaptureError) {
    let listing = try InputListing(paths: paths, names: options.names)
    var skipped = listing.skipped
    var heads: [InputHead] = []
    for location in listing.locations {
      do throws(CaptureError) {
        heads.append(try InputHead(location, of: listing.locations.count, options: options))
      } catch {
        guard !location.isExplicit else { throw error }
        skipped.append((location.name, error.description))
      }
    }
    skipped.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    heads.sort { $0.precedes($1) }
    var filter: PacketFilter?
    if !options.filter.allSatisfy(\.isWhitespace) {
      filter = try PacketFilter(options.filter, linkTypes: heads.flatMap(\.row.linkTypes))
    }
    self.skipped = skipped
    self.options = options
    self.filter = filter
    hasher = options.hashesInputs ? InputHasher(usesThread: options.threads > 1) : nil
    pending = heads[...]
    inputs = heads.map(\.row)
    firstPacketTime = heads.lazy.compactMap(\.row.firstPacket).min()
    readsAhead = heads.contains { !$0.isFile || $0.row.compression != nil }
    endsOnRequest = heads.allSatisfy { !$0.isFile }
    totalByteCount = heads.allSatisfy(\.isFile) ? heads.reduce(0) { $0 + $1.row.byteCount } : nil
  }

  /// Gives the next frames, at most a few hundred, all from one buffer, in packet-time order.
  ///
  /// - Parameters:
  ///   - most: How many frames are consumed at most, those that the filter takes out included; at least 1.
  ///   - body: Receives the frames, one at a time as it asks for them, and the bytes into which their offsets point;
  ///     neither outlives the call. Where a filter takes frames out, there may be none.
  /// - Returns: How many frames were consumed; 0 when there are no more, and `body` was not called then.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  /// - Complexity: O(1) per frame, O(log k) per change between k overlapping files.
  public mutating func nextFrames(
    atMost most: Int = FrameCursor.capacity, _ body: (_ frames: inout FrameCursor, _ bytes: RawSpan) -> Void
  ) throws(CaptureError) -> Int {
    while true {
      try openDue()
      guard let entry = queue.first else {
        while let result = hasher?.next() { inputs[result.file].sha256 = result.sha256 }
        return 0
      }
      let reader = entry.reader
      let file = Int(reader.file)
      guard reader.peek() != nil else {
        queue.removeFirst()
        try close(reader)
        continue
      }
      // Frames of an input that is not open yet come after those of the same time of open ones.
      let frames = reader.read(
        atMost: most, limit: min(queue.limit, pending.first?.time ?? .max), filter: filter, body)
      // In place: a copy of a row would count references to its texts.
      frames.figures.add(to: &inputs[file], count: frames.count)
      if reader.walker.linkTypeCount != inputs[file].linkTypes.count {
        inputs[file].linkTypes = reader.walker.linkTypes
      }
      // Alone, the reader needs no time to be first.
      if queue.entries.count > 1 || !pending.isEmpty {
        if case .frame(let time) = frames.pause {
          queue.updateFirst(time: time)
        } else {
          queue.updateFirst(time: reader.peek() ?? entry.time)
        }
      }
      return Int(frames.count)
    }
  }

  /// Gives the next frames as `nextFrames` does, but all at once.
  ///
  /// - Parameter body: Receives the frames, at least one, and the bytes into which their offsets point; neither outlives
  ///   the call.
  /// - Returns: False when there are no more frames; `body` was not called then.
  /// - Throws: `CaptureError` with code `damaged` in strict mode.
  public mutating func nextBatch(
    _ body: (_ frames: Span<Frame>, _ bytes: RawSpan) -> Void
  ) throws(CaptureError) -> Bool {
    // Taken out, because the source is in use meanwhile.
    var batch: [Frame] = []
    swap(&batch, &frames)
    defer { swap(&batch, &frames) }
    while batch.isEmpty {
      let count = try nextFrames { frames, bytes in
        batch.removeAll(keepingCapacity: true)
        while let frame = frames.next() { batch.append(frame) }
        if !batch.isEmpty { body(batch.span, bytes) }
      }
      guard count > 0 else { return false }
    }
    batch.removeAll(keepingCapacity: true)
    return true
  }

  /// Opens the inputs whose first frames may come next.
  private mutating func openDue() throws(CaptureError) {
    while let head = pending.first, queue.first.map({ head.time <= $0.time }) ?? true {
      let index = pending.startIndex
      // One of the threads is for the digests.
      let usesThread = queue.entries.count { $0.reader.usesThread } < options.threads - 1
      pending.removeFirst()
      do throws(CaptureError) {
        let reader = try head.open(file: UInt32(index), of: inputs.count, options: options, usesThread: usesThread)
        queue.insert(MergeQueue.Entry(time: head.time, reader: reader))
        if let source = reader.source, let result = hasher?.hash(source, file: index) {
          inputs[result.file].sha256 = result.sha256
        }
      } catch {
        // It could be read when it was looked at, so this is damage that came upon it since.
        inputs[index].damage = CaptureInput.Damage(frame: 1, offset: 0, reason: error.description)
        if options.strict { throw CaptureError(.damaged, error.description) }
      }
    }
  }

  /// Completes the row of an input that has ended.
  private mutating func close(_ reader: InputReader) throws(CaptureError) {
    let file = Int(reader.file)
    inputs[file].linkTypes = reader.walker.linkTypes
    inputs[file].interfaceDrops = reader.walker.interfaceDrops
    inputs[file].untimedCount = reader.walker.untimedCount
    inputs[file].damage = reader.damage
    if reader.source == nil {
      if options.hashesInputs {
        reader.drain()
        inputs[file].sha256 = reader.streamDigest.map(Digest.hex)
      }
      inputs[file].byteCount = reader.consumedByteCount
    }
    closedByteCount += inputs[file].byteCount
    if options.strict, let damage = reader.damage {
      throw CaptureError(
        .damaged,
        "'\(inputs[file].name)' is damaged. \(damage.reason) Without strict mode what lies before is used.")
    }
  }
}
