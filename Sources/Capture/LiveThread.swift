import CPcap
import Glibc
import POSIX
import Synchronization

/// A chunk of packets of one interface.
struct LiveChunk: Sendable {
  let chunk: Chunk
  /// Index of the interface in the options.
  let interface: UInt32
}

/// Something that one thread hands to another and does not use any more.
@safe
final class SendableBox<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// What the threads of a live capture share.
final class LiveState: Sendable {
  private struct Shared {
    /// By thread: its interface, and what was counted.
    var counts: [Int: (interface: Int, counts: LiveInterface.Counts)] = [:]
    /// By thread: the interface that is gone, and why.
    var lost: [Int: (name: String, reason: String)] = [:]
    var runningThreads: Int
  }

  private let isStopped = Atomic<Bool>(false)
  private let shared: Mutex<Shared>

  init(threadCount: Int) { shared = Mutex(Shared(runningThreads: threadCount)) }

  /// Whether the capture is to end.
  var isStopping: Bool { isStopped.load(ordering: .relaxed) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func publish(_ counts: LiveInterface.Counts, of thread: Int, interface: Int) {
    shared.withLock { $0.counts[thread] = (interface, counts) }
  }

  func publish(lost name: String, because reason: String?, of thread: Int) {
    shared.withLock { $0.lost[thread] = reason.map { (name, $0) } }
  }

  /// Notes that a thread has ended.
  ///
  /// - Returns: Whether it was the last.
  func end() -> Bool {
    shared.withLock {
      $0.runningThreads -= 1
      return $0.runningThreads == 0
    }
  }

  func counts(interfaceCount: Int) -> [(received: UInt64, dropped: UInt64, droppedByInterface: UInt64)] {
    shared.withLock { shared in
      var all = Array(
        repeating: (received: UInt64(0), dropped: UInt64(0), droppedByInterface: UInt64(0)), count: interfaceCount)
      for (interface, counts) in shared.counts.values where all.indices.contains(interface) {
        all[interface].received += counts.received
        all[interface].dropped += counts.dropped
        // Each handle of an interface reads the interface's own counter.
        all[interface].droppedByInterface = max(all[interface].droppedByInterface, counts.droppedByInterface)
      }
      return all
    }
  }

  var lost: [(name: String, reason: String)] {
    shared.withLock { shared in
      let all = shared.lost.sorted { $0.key < $1.key }.map(\.value)
      // Each thread of an interface loses it.
      return all.enumerated().filter { place, lost in !all[..<place].contains { $0.name == lost.name } }.map(\.element)
    }
  }
}

/// Moves packets from one ring of the kernel into chunks.
struct LiveThread: Sendable {
  /// How often the kernel's counters are read, in nanoseconds: they stand beside verdicts.
  private static let beat: UInt64 = 100_000_000
  /// How often a lost interface is tried again, in nanoseconds.
  private static let second: UInt64 = 1_000_000_000

  let options: LiveOptions
  let name: String
  let interface: UInt32
  /// Which of all threads it is.
  let number: Int
  let spares: Channel<Chunk>
  let filled: Channel<LiveChunk>
  let state: LiveState

  /// Captures until it is told to stop.
  func run(_ live: LiveInterface) {
    var (isLost, isDown) = (false, false)
    var chunk = spares.receive()
    var (nextCount, nextTry) = (Self.now, Self.now)
    let needed = PcapngBlocks.packetLength(options.snapLength)
    // What the ring holds at the end is still given, but not what comes meanwhile: on a busy line it never ceases.
    var rest = options.ringLength
    while let current = chunk {
      if Self.now >= nextCount {
        nextCount = Self.now + Self.beat
        publish(live)
        if !isLost, live.isDown != isDown {
          isDown.toggle()
          state.publish(
            lost: name, because: isDown ? "it is down. It is captured again once it is up" : nil, of: number)
        }
      }
      if isLost, Self.now >= nextTry {
        nextTry = Self.now + Self.second
        if live.bindAgain() {
          isLost = false
          state.publish(lost: name, because: nil, of: number)
        }
      }
      if isLost {
        if state.isStopping { break }
        usleep(50_000)
        continue
      }
      let outcome = take(from: live, into: current, needed: needed)
      if state.isStopping { rest -= current.byteCount }
      guard rest > 0 else { break }
      switch outcome {
      case .packet: chunk = pass(current)
      case .nothing:
        if current.byteCount > 0 {
          chunk = pass(current)
        } else if state.isStopping {
          publish(live)
          return end(current)
        } else {
          live.wait(milliseconds: 50)
        }
      case .lost(let reason):
        (isLost, isDown) = (true, false)
        let hope = options.threads > 1 ? "With several threads it needs a new start" : "It is tried again every second"
        state.publish(lost: name, because: "\(reason). \(hope)", of: number)
      }
    }
    publish(live)
    end(chunk)
  }

  /// Takes packets until the chunk is full or none is there.
  private func take(from live: LiveInterface, into chunk: Chunk, needed: Int) -> LiveInterface.Outcome {
    // A turn ends now and then, so that the counters are read on a busy interface too.
    for _ in 0..<8_192 {
      guard chunk.roomLength >= needed else { return .packet }
      let outcome = live.next { time, wireLength, bytes in
        PcapngBlocks.append(bytes, interface: interface, time: time, wireLength: wireLength, to: chunk)
      }
      guard case .packet = outcome else { return outcome }
    }
    return .packet
  }

  /// Hands a chunk over and takes a spare one; waits where there is none.
  private func pass(_ chunk: Chunk) -> Chunk? {
    filled.send(LiveChunk(chunk: chunk, interface: interface))
    return spares.receive()
  }

  private func publish(_ live: LiveInterface) {
    // Where the kernel does not say, what it said last counts.
    _ = live.readCounts()
    state.publish(live.counts, of: number, interface: Int(interface))
  }

  /// Ends with the last chunk.
  private func end(_ chunk: Chunk?) {
    if let chunk, chunk.byteCount > 0 { filled.send(LiveChunk(chunk: chunk, interface: interface)) }
    if state.end() { filled.close() }
  }

  /// Nanoseconds of a clock that only goes forward.
  private static var now: UInt64 { UInt64(SystemClock.nanoseconds(of: CLOCK_MONOTONIC_COARSE)) }
}
