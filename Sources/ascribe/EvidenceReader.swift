import Capture
import Flows
import Packets

/// Reads the inputs again for the first frames of some flows.
///
/// Memory is bounded by `EvidenceBounds`: what does not fit is left, and the flow's evidence then ends earlier.
struct EvidenceReader {
  /// A frame that is held.
  struct Held {
    var frame: Frame
    var content: [UInt8]
  }

  /// The frames held, by their numbers in the stream of all inputs.
  private(set) var held: [UInt64: Held] = [:]
  private let sensors: [Int]
  private let decoder: Packets.Decoder
  private var budgets: [EvidenceBounds.Budget]
  private var limit = 0

  /// Makes a reader that holds nothing.
  ///
  /// - Parameters:
  ///   - sensors: For each input the index of its sensor.
  ///   - decoder: Decodes frames.
  ///   - findings: How many findings share the memory.
  init(sensors: [Int], decoder: Packets.Decoder, findings: Int) {
    self.sensors = sensors
    self.decoder = decoder
    budgets = Array(repeating: EvidenceBounds.budget(findings: findings), count: findings)
  }

  /// Reads all frames of the inputs once.
  ///
  /// - Parameters:
  ///   - source: The inputs, in the canonical order of the run.
  ///   - targets: The flows; their `frames` are filled anew for those that are wanted.
  ///   - wanted: Indexes of the flows to look for.
  ///   - limit: Frames of each at most.
  /// - Throws: `CaptureError`, as the source does.
  /// - Complexity: O(n) in the frames of the inputs.
  mutating func read(
    _ source: inout CaptureSource, for targets: inout [EvidenceTarget], wanted: [Int], limit: Int
  ) throws(CaptureError) {
    self.limit = limit
    // A copy of its own: a call of `self` around `take` would hold `held` a second time, and each frame would copy it.
    let decoder = decoder
    var byKey: [ConversationKey: [Int]] = [:]
    for index in wanted {
      byKey[targets[index].key, default: []].append(index)
      targets[index].frames = []
      targets[index].hasMore = false
    }
    var number: UInt64 = 0
    var packet = Packet()
    var progress = Progress(total: source.totalByteCount)
    while try source.nextFrames({ frames, bytes in
      while let frame = frames.next() {
        number += 1
        let content = bytes.extracting(frame.range)
        if decoder.decode(content, linkType: frame.linkType, wireLength: frame.wireLength, into: &packet) == nil {
          Self.forEachKey(packet, in: content, decoder) { key in
            for index in byKey[key] ?? [] { take(frame, content, number, into: &targets[index]) }
          }
        }
      }
    }) > 0 {
      progress.update(bytes: source.consumedByteCount, packets: number)
    }
    progress.clear()
  }

  /// Forgets the frames that no flow's evidence holds, and gives back the room that they took.
  ///
  /// - Parameter targets: All flows.
  mutating func keep(only targets: [EvidenceTarget]) {
    let needed = Set(targets.flatMap { $0.frames.prefix($0.length) })
    held = held.filter { needed.contains($0.key) }
    for finding in budgets.indices { budgets[finding] = EvidenceBounds.budget(findings: budgets.count) }
    for target in targets {
      for number in target.frames.prefix(target.length) {
        _ = budgets[target.finding].take(bytes: held[number]?.content.count ?? 0)
      }
    }
  }

  /// The frames of some flows, each once, in the order of the stream.
  ///
  /// - Parameter targets: The flows, with `length` set.
  /// - Returns: Their numbers.
  static func union(_ targets: some Sequence<EvidenceTarget>) -> [UInt64] {
    Set(targets.flatMap { $0.frames.prefix($0.length) }).sorted()
  }

  /// Calls a function with the keys of a packet and of those inside it.
  private static func forEachKey(
    _ packet: Packet, in frame: RawSpan, _ decoder: Packets.Decoder, _ body: (ConversationKey) -> Void
  ) {
    body(ConversationKey(packet))
    var (outer, depth) = (packet, 0)
    while outer.flags.contains(.mayBeTunnel), depth < Decoder.maximumTunnelDepth {
      var (inner, header) = (Packet(), TunnelHeader(.ipv4))
      guard decoder.decodeInner(of: outer, in: frame, into: &inner, header: &header) == nil else { return }
      body(ConversationKey(inner))
      (outer, depth) = (inner, depth + 1)
    }
  }

  private mutating func take(_ frame: Frame, _ content: RawSpan, _ number: UInt64, into target: inout EvidenceTarget) {
    guard sensors[Int(frame.file)] == target.sensor, target.times.contains(frame.timestamp), !target.hasMore,
      target.frames.last != number
    else { return }
    guard target.frames.count < limit else {
      target.hasMore = true
      return
    }
    if held[number] == nil {
      guard budgets[target.finding].take(bytes: content.byteCount) else {
        target.hasMore = true
        return
      }
      held[number] = Held(frame: frame, content: [UInt8](copying: content))
    }
    target.frames.append(number)
    if target.roles[EvidenceTarget.Place(file: frame.file, number: frame.number)] != nil {
      target.leastLength = target.frames.count
    }
  }
}

/// How much the evidence may hold.
enum EvidenceBounds {
  /// Frames of a flow that are looked at, in the first reading of the inputs and in further ones for flows whose verdict
  /// was not reached.
  static let frames = [32, 512, 8_192]

  /// What a finding may still take.
  struct Budget {
    var packets: Int
    var bytes: Int

    /// Takes a packet, if it fits.
    mutating func take(bytes count: Int) -> Bool {
      guard packets > 0, bytes >= count else { return false }
      packets -= 1
      bytes -= count
      return true
    }
  }

  /// The bound of a finding: 100,000 packets, 64 MiB, and no more than its part of 256 MiB.
  ///
  /// - Parameter findings: How many findings there are.
  /// - Returns: The bound.
  static func budget(findings: Int) -> Budget {
    Budget(packets: 100_000, bytes: min(64 << 20, (256 << 20) / max(findings, 1)))
  }
}
