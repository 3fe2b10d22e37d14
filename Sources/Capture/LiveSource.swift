import Glibc
import POSIX
import Packets

/// Interfaces, read as one stream of frames about in packet-time order.
///
/// ```
///   ring of eth0 ──► thread ──► chunk ┐                        ┌─► body: frames, as of a capture file
///   ring of eth1 ──► thread ──► chunk ┴─► queue ──► nextFrames ┴─► PacketRecorder: the same bytes
///                      ▲                                              │
///                      └────────────── spare chunks ◄─────────────────┘
/// ```
/// Each packet is copied once, out of the kernel's ring into a chunk that is a piece of a pcapng file. There are so many
/// chunks as `LiveOptions.queueLength` says: where analysis does not keep up, the ring fills, and the kernel counts what
/// it drops. Nothing after this type knows that frames are live. Not thread-safe: one caller pulls frames.
public final class LiveSource {
  /// Bytes of a chunk: what a busy interface brings in a few milliseconds.
  private static let chunkLength = 1 << 20

  /// The interfaces as inputs, in the order of the options; their counts grow while frames are pulled.
  public private(set) var inputs: [CaptureInput]
  /// The beginning of a pcapng file that holds frames of these interfaces.
  public let preamble: [UInt8]

  private let spares: Channel<Chunk>
  private let filled: Channel<LiveChunk>
  private let state: LiveState
  /// What `start` sets off.
  private var threads: [(worker: LiveThread, handle: LiveInterface)] = []
  private var walker = RecordWalker()
  private var numbers: [UInt64]

  /// Opens the interfaces: from now on the kernel fills their rings.
  ///
  /// - Parameters:
  ///   - options: What to capture, and how.
  ///   - application: The program and its version, for pcapng files.
  /// - Throws: `CaptureError` with code `permission`, `unreadable` or `filter`.
  public init(_ options: LiveOptions, application: String) throws(CaptureError) {
    var handles: [(interface: Int, handle: LiveInterface)] = []
    var preamble = PcapngBlocks.section(application: application)
    var inputs: [CaptureInput] = []
    for (index, name) in options.interfaces.enumerated() {
      var group: LiveInterface.Group? = options.threads > 1 ? .new : nil
      for _ in 0..<max(1, options.threads) {
        let handle = try LiveInterface(name, options, group: group)
        group = handle.group
        handles.append((index, handle))
      }
      let linkType = handles[handles.count - 1].handle.linkType
      preamble += PcapngBlocks.interface(
        linkType: linkType.rawValue, snapLength: UInt32(clamping: options.snapLength), name: name,
        filter: options.filter)
      var input = CaptureInput(name: name)
      input.format = .pcapng
      input.linkTypes = [linkType]
      inputs.append(input)
    }
    self.inputs = inputs
    self.preamble = preamble
    numbers = Array(repeating: 0, count: inputs.count)
    // Each thread fills one; one is walked, one may wait.
    let count = max(options.queueLength / Self.chunkLength, handles.count + 2)
    spares = Channel()
    filled = Channel()
    state = LiveState(threadCount: handles.count)
    for _ in 0..<count {
      spares.send(Chunk(capacity: max(Self.chunkLength, PcapngBlocks.packetLength(options.snapLength) * 2)))
    }
    walk(preamble)
    threads = handles.enumerated().map { number, opened in
      let worker = LiveThread(
        options: options, name: options.interfaces[opened.interface], interface: UInt32(opened.interface),
        number: number, spares: spares, filled: filled, state: state)
      return (worker, opened.handle)
    }
  }

  /// Starts the threads that empty the rings, with the rights that the caller has by now.
  ///
  /// - Throws: `CaptureError` with code `unreadable` if the system has no thread to spare.
  public func start() throws(CaptureError) {
    defer { threads = [] }
    for thread in threads {
      let (worker, handle) = (thread.worker, SendableBox(thread.handle))
      guard startThread({ worker.run(handle.value) }) else {
        state.stop()
        throw CaptureError(.unreadable, "The system has no thread to spare for '\(worker.name)'.")
      }
    }
  }

  private func walk(_ preamble: [UInt8]) {
    var (position, problem, pause) = (0, "", WalkPause?.none)
    preamble.withRawSpan { bytes in
      guard var walker = RecordWalker(bytes, problem: &problem) else { preconditionFailure("own blocks do not read") }
      _ = walker.next(bytes, &position, limit: .min, isFull: true, pause: &pause)
      self.walker = walker
    }
  }

  /// What `nextFrames` found.
  public enum Outcome: Sendable {
    /// Frames, which the body received.
    case frames
    /// No frames in the time given.
    case idle
    /// The capture has ended.
    case ended
  }

  /// Gives the next frames, all of one interface and from one buffer.
  ///
  /// - Parameters:
  ///   - milliseconds: How long to wait for them.
  ///   - body: Receives the frames, one at a time as it asks for them, and the bytes into which their offsets point;
  ///     called several times for one buffer.
  ///   - whole: Receives the buffer afterwards: blocks of a pcapng file that begins with `preamble`.
  /// - Returns: What came.
  public func nextFrames(
    within milliseconds: Int, _ body: (_ frames: inout FrameCursor, _ bytes: RawSpan) -> Void,
    whole: (_ bytes: RawSpan) -> Void = { _ in }
  ) -> Outcome {
    switch filled.receive(within: milliseconds) {
    case .closed: return .ended
    case .timeout: return .idle
    case .element(let live):
      let file = Int(live.interface)
      var position = 0
      while position < live.chunk.byteCount {
        // The chunk is this side's until it is given back.
        var frames = FrameCursor(
          &walker, live.chunk, keepsBytes: false, position: position, file: live.interface, number: numbers[file] + 1,
          count: FrameCursor.capacity, limit: .max, filter: nil)
        live.chunk.withBytes { body(&frames, $0) }
        frames.finish(&walker)
        frames.figures.add(to: &inputs[file], count: frames.count)
        numbers[file] += frames.count
        // Blocks that hold no packets are passed over at the end.
        guard frames.position > position else { break }
        position = frames.position
      }
      live.chunk.withBytes(whole)
      inputs[file].byteCount += UInt64(live.chunk.byteCount)
      live.chunk.reset()
      spares.send(live.chunk)
      return .frames
    }
  }

  /// What kernel and interfaces counted, by interface; packets may still wait to be pulled.
  public func counts() -> [(received: UInt64, dropped: UInt64, droppedByInterface: UInt64)] {
    state.counts(interfaceCount: inputs.count)
  }

  /// Blocks that end a pcapng file that begins with `preamble`: what was counted of each interface by now.
  public var statistics: [UInt8] {
    counts().enumerated().flatMap { index, counts in
      PcapngBlocks.statistics(
        interface: UInt32(index), time: Timestamp.now.nanoseconds,
        LiveInterface.Counts(
          received: counts.received, dropped: counts.dropped, droppedByInterface: counts.droppedByInterface))
    }
  }

  /// Interfaces that give no packets, with the reason and what is done about it.
  ///
  /// One that is down gives packets again once it is up. One that was removed is taken up again when one of its name comes, but
  /// not with several threads, whose sockets are bound for good (packet(7), `PACKET_FANOUT`).
  public var lostInterfaces: [(name: String, reason: String)] { state.lost }

  /// Buffers of packets that wait to be pulled.
  public var waitingBuffers: Int { filled.count }

  /// Ends the capture: what the ring holds is still given.
  public func stop() { state.stop() }
}
