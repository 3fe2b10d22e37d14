import Assessment
import Packets

@testable import Screens

/// Snapshots to lay out.
enum Samples {
  static let time = Timestamp("2014-11-24T09:31:07Z") ?? Timestamp(nanoseconds: 0)

  /// A capture as it may be; every name is the given one.
  static func snapshot(name: String, count: Int = 40) -> ScreenSnapshot {
    var snapshot = ScreenSnapshot()
    snapshot.program = "ascribe 0.1.0"
    snapshot.time = time
    snapshot.uptime = 93_784
    snapshot.interfaces = [
      .init(
        name: name, packets: 12_345_678_901, dropped: 1_234, packetRate: 1_234_567, bitRate: 98_200_000, dropRate: 3,
        history: (0..<60).map(Double.init), problem: nil),
      .init(
        name: "eth1", packets: 0, dropped: 0, packetRate: 0, bitRate: 0, dropRate: 0, history: [], problem: name),
    ]
    snapshot.addresses = (0..<count).map { number in
      .init(
        address: "198.51.100.\(number)", verdict: number == 7 ? .exclusive : .shared, grade: "E4", actor: name,
        flows: UInt64(number), bytes: UInt64(number) * 1_000_000,
        lastSeen: Timestamp(nanoseconds: Int64(count - number)))
    }
    snapshot.events = (0..<count).map { number in
      .init(
        time: time, verdict: .exclusive, reason: "direct", grade: "E4",
        originator: "[2001:db8:1234:5678:9abc:def0:1234:\(number)]:65535", responder: "192.0.2.80:80", actor: name,
        isProvisional: number.isMultiple(of: 2))
    }
    snapshot.eventCount = UInt64(count)
    snapshot.messages = ["warning: \(name)"]
    snapshot.recorder = .init(folder: name, files: 3, bytes: 1_500_000_000, lostBytes: 1, failure: name)
    snapshot.catalog = "47614f5b00"
    snapshot.claims = 6
    snapshot.memory = 173_000_000
    return snapshot
  }
}
