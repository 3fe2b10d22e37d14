import Capture
import Catalog
import Flows
import Packets

/// One capture through decoder and flow table.
struct Replay {
  var records: [FlowRecord] = []
  var rejected: [RejectReason: UInt64] = [:]
  var packets: UInt64 = 0
  var rejectedInTunnels: [RejectReason: UInt64] = [:]
  /// Whether the times of the frames ever ran back.
  var runsBack = false
  /// Whether a packet is cut although its frame is whole.
  var hasShortFrames = false
  /// Whether a time was none that a clock shows: 0 or before, or beyond 2038.
  var hasOddTimes = false
  /// Whether an IP length was 0.
  var hasOffload = false
  /// Whether a packet was the first fragment of several.
  var hasFragments = false

  init(_ path: String, options: FlowTableOptions) throws(CaptureError) {
    var reading = CaptureOptions()
    reading.hashesInputs = false
    reading.threads = 0
    var source = try CaptureSource(paths: [path], options: reading)
    let start = source.firstPacketTime ?? Timestamp(nanoseconds: 0)
    var table = FlowTable(options: options, prefixes: PrefixTable(), captureStart: start)
    let decoder = Decoder()
    var latest = start
    var more = true
    while more {
      more = try source.nextBatch { frames, bytes in
        for index in frames.indices {
          let frame = frames[index]
          let content = bytes.extracting(frame.range)
          var packet = Packet()
          packet.timestamp = frame.timestamp
          packets += 1
          if let reason = decoder.decode(
            content, linkType: frame.linkType, wireLength: frame.wireLength, into: &packet)
          {
            rejected[reason, default: 0] += 1
            continue
          }
          if packet.flags.contains(.truncated), frame.capturedLength == frame.wireLength { hasShortFrames = true }
          if frame.timestamp.nanoseconds <= 0 || frame.timestamp.nanoseconds >> 31 >= 1_000_000_000 {
            hasOddTimes = true
          }
          if frame.timestamp < latest { runsBack = true }
          latest = max(latest, frame.timestamp)
          if packet.flags.contains(.lengthFromWire) { hasOffload = true }
          if packet.flags.contains(.firstFragment) { hasFragments = true }
          table.observe(&packet, frame: content, file: frame.file, number: frame.number, decoder: decoder)
        }
      }
    }
    table.finish()
    var drained: [FlowRecord] = []
    table.drain { drained.append($0) }
    records = drained
    rejectedInTunnels = table.counts.rejectedInTunnels
  }
}
